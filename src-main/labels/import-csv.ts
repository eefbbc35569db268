import { AppError } from '../base/errors.ts';
import { labelValue } from './contract.ts';
import type { LabelImport } from './contract.ts';
import type { NewLabel, TrackFacts } from './label-table.ts';
import { TrackMatcher } from './match-tracks.ts';
import { parseCsv } from './parse-csv.ts';

const MOST_SKIPPED = 50;

interface Columns {
  path: number;
  title: number;
  artist: number;
  value: number;
  confidence: number;
}

/**
 * Reads labels off a table. A track is found by `path`, else by `title` and `artist`.
 * @param set its name may head the column of values
 * @throws AppError `bad-input` where columns are missing
 */
export function readLabels(
  text: string,
  set: string,
  tracks: TrackFacts[],
): { labels: NewLabel[]; report: LabelImport } {
  const lines = parseCsv(text);
  const heading = lines.next();
  if (heading.done) throw new AppError('bad-input', 'The file is empty.');
  const columns = columnsOf(heading.value.fields, set);
  const matcher = new TrackMatcher(tracks);
  const labels: NewLabel[] = [];
  const report: LabelImport = { matchedLines: 0, labelledTracks: 0, skippedLines: 0, skipped: [] };
  for (const { line, fields } of lines) {
    const read = readLine(fields, columns, matcher);
    if (typeof read === 'string') {
      report.skippedLines++;
      if (report.skipped.length < MOST_SKIPPED) report.skipped.push({ line, reason: read });
    } else {
      report.matchedLines++;
      labels.push(...read);
    }
  }
  report.labelledTracks = new Set(labels.map(({ trackId }) => trackId)).size;
  return { labels, report };
}

function columnsOf(heading: string[], set: string): Columns {
  const names = heading.map((name) => name.trim().toLowerCase());
  const find = (...known: string[]): number =>
    known.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1;
  const columns = {
    path: find('path', 'file', 'filename', 'file name'),
    title: find('title', 'track', 'song', 'name'),
    artist: find('artist'),
    value: find(set.toLowerCase(), 'label', 'value', 'class'),
    confidence: find('confidence', 'probability'),
  };
  if (columns.value < 0) {
    throw new AppError('bad-input', `No column is called “${set}”, “label” or “value”.`);
  }
  if (columns.path < 0 && columns.title < 0) {
    throw new AppError(
      'bad-input',
      'Tracks are found by a column “path”, or “title” and “artist”.',
    );
  }
  return columns;
}

/** The labels of a line, or a sentence why there are none. */
function readLine(fields: string[], columns: Columns, matcher: TrackMatcher): NewLabel[] | string {
  const field = (at: number): string => withoutGuard(fields[at] ?? '').trim();
  const value = labelValue.safeParse(field(columns.value).normalize('NFC'));
  if (!value.success) return 'The label is empty or longer than 200 characters.';
  const path = field(columns.path);
  const byPath = path ? matcher.byPath(path) : null;
  const title = field(columns.title);
  const trackIds = byPath !== null ? [byPath] : matcher.byTitle(field(columns.artist), title);
  if (trackIds.length === 0) {
    return `No track of the library is ${(path || title || 'without a name').slice(0, 200)}.`;
  }
  const stated = field(columns.confidence);
  const confidence = stated === '' ? 1 : Number(stated);
  const isShare = confidence >= 0 && confidence <= 1;
  return trackIds.map((trackId) => ({
    trackId,
    value: value.data,
    confidence: isShare ? confidence : 1,
  }));
}

/** The apostrophe that keeps spreadsheets from running a field, see base/csv.ts. */
const withoutGuard = (field: string): string =>
  /^'\s*[=+\-@\t\r\n＝＋－＠]/.test(field) ? field.slice(1) : field;
