import { AppError } from '../base/errors.ts';

/** Larger tables are no labels. */
const MOST_LINES = 1_000_000;
const MOST_FIELDS = 200;

export interface CsvLine {
  /** Where it begins in the file, from 1. */
  line: number;
  fields: string[];
  /** Whether a quote is opened in it that nobody closes, so that it goes to the end of the file. */
  isOpen: boolean;
}

/**
 * Lines of a table as RFC 4180 has it, and as spreadsheets write it: a byte order mark, semicolons or tabs,
 * any line ends, line ends within quotes. Empty lines are left out.
 * @throws AppError `bad-input` where it is no table or far too large
 */
export function* parseCsv(text: string): Generator<CsvLine> {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const separator = separatorOf(text, start);
  let [line, lines, at] = [1, 0, start];
  while (at < text.length) {
    const begun = line;
    const { fields, end, lineEnds, isOpen } = readLine(text, at, separator);
    at = end;
    line += lineEnds;
    if (fields.every((field) => field.trim() === '')) continue;
    if (++lines > MOST_LINES) throw new AppError('bad-input', 'The table has too many lines.');
    yield { line: begun, fields, isOpen };
  }
}

function separatorOf(text: string, start: number): string {
  const heading = text.slice(start, start + 10_000).split(/[\r\n]/, 1)[0];
  const count = (sign: string): number => heading.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function readLine(
  text: string,
  start: number,
  separator: string,
): { fields: string[]; end: number; lineEnds: number; isOpen: boolean } {
  const fields: string[] = [];
  let isOpen = false;
  let at = start;
  let lineEnds = 0;
  for (;;) {
    const field =
      text[at] === '"' ? readQuoted(text, at, separator) : readPlain(text, at, separator);
    if (fields.push(field.value) > MOST_FIELDS) {
      throw new AppError('bad-input', 'The table has too many columns.');
    }
    lineEnds += field.lineEnds;
    isOpen ||= field.isOpen;
    at = field.end;
    if (text[at] === separator) at++;
    else break;
  }
  if (at < text.length) lineEnds++;
  if (text[at] === '\r' && text[at + 1] === '\n') at++;
  return { fields, end: at + 1, lineEnds, isOpen };
}

interface Field {
  value: string;
  end: number;
  lineEnds: number;
  isOpen: boolean;
}

function readPlain(text: string, start: number, separator: string): Field {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') {
    end++;
  }
  return { value: text.slice(start, end), end, lineEnds: 0, isOpen: false };
}

/** A quote that nobody closes goes to the end of the text; what follows a closing one up to the separator is dropped. */
function readQuoted(text: string, start: number, separator: string): Field {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) end = text.length;
    else if (text[end + 1] === '"') end++;
    else break;
  } while (end < text.length);
  const raw = text.slice(start + 1, end);
  const lineEnds = raw.split(/\r\n|\r|\n/).length - 1;
  const rest = readPlain(text, Math.min(text.length, end + 1), separator);
  return { value: raw.replaceAll('""', '"'), end: rest.end, lineEnds, isOpen: end === text.length };
}
