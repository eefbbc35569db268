import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { labelSource, labelValue } from './contract.ts';
import type { Label, LabelImport, LabelSource } from './contract.ts';
import { NO_LABEL } from './label-table.ts';
import type { NewLabel, StoredSource, TrackFacts } from './label-table.ts';
import { TrackMatcher } from './match-tracks.ts';
import { parseCsv } from './parse-csv.ts';

const MOST_SKIPPED = 50;
const OPEN_QUOTE =
  'A quote is opened here and never closed; nothing after it was read. Quotes within a field are doubled.';
/** Sources that can say that a track carries none. */
const DENIERS = new Set<string>(['hand', 'csv']);

interface Columns {
  path: number;
  title: number;
  artist: number;
  value: number;
  confidence: number;
  source: number;
}

/** A label of a table that may say where it came from, as an export does. */
export type ReadLabel = NewLabel & { source: LabelSource };

/**
 * Reads labels off a table. A track is found by `path`, else by `title` and `artist`.
 * @param set its name may head the column of values
 * @throws AppError `bad-input` where columns are missing
 */
export function readLabels(
  text: string,
  set: string,
  tracks: TrackFacts[],
): { labels: ReadLabel[]; report: LabelImport } {
  const lines = parseCsv(text);
  const heading = lines.next();
  if (heading.done) throw new AppError('bad-input', 'The file is empty.');
  const columns = columnsOf(heading.value.fields, set);
  const matcher = new TrackMatcher(tracks);
  const labels: ReadLabel[] = [];
  const report: LabelImport = { matchedLines: 0, labelledTracks: 0, skippedLines: 0, skipped: [] };
  for (const { line, fields, isOpen } of lines) {
    const read = isOpen ? OPEN_QUOTE : readLine(fields, columns, matcher);
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
    source: find('source'),
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
function readLine(fields: string[], columns: Columns, matcher: TrackMatcher): ReadLabel[] | string {
  const field = (at: number): string => withoutGuard(fields[at] ?? '').trim();
  const source = labelSource.catch('csv').parse(field(columns.source));
  const text = field(columns.value).normalize('NFC');
  // An export says so of tracks that carry none by hand, or by a table before.
  const isNone = text === NO_LABEL && DENIERS.has(field(columns.source));
  const value = labelValue.or(z.literal(NO_LABEL)).safeParse(text);
  if (!value.success || (text === NO_LABEL && !isNone))
    return 'The label is empty or longer than 200 characters.';
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
    source,
  }));
}

/** Whether a track of the table carries more than one label. */
export function hasSeveral(labels: readonly NewLabel[]): boolean {
  const valueOf = new Map<number, string>();
  return labels.some(({ trackId, value }) => {
    const before = valueOf.get(trackId) ?? value;
    valueOf.set(trackId, before);
    return before !== value;
  });
}

export interface GivenLabels {
  byHand: ReadonlySet<number>;
  derived: ReadonlyMap<number, Label[]>;
}

const isStored = (source: LabelSource): source is StoredSource =>
  source !== 'tags' && source !== 'folder';

/**
 * The labels of a table by the source that they are stored under: the one that the table names, so that what was
 * foretold is not trusted more after an export and an import. Labels by hand in the library are not replaced, and
 * what tags and folders say here too is not stored.
 */
export function bySource(
  labels: readonly ReadLabel[],
  { byHand, derived }: GivenLabels,
): Map<StoredSource, NewLabel[]> {
  const isDerived = ({ trackId, value, source }: ReadLabel): boolean =>
    (derived.get(trackId) ?? []).some((own) => own.source === source && own.value === value);
  const sourceOf = ({ trackId, source }: ReadLabel): StoredSource =>
    !isStored(source) || (source === 'hand' && byHand.has(trackId)) ? 'csv' : source;
  return Map.groupBy(
    labels.filter((label) => !isDerived(label)),
    sourceOf,
  );
}

/** The apostrophe that keeps spreadsheets from running a field, see base/csv.ts. */
const withoutGuard = (field: string): string =>
  /^'+\s*[=+\-@\t\r\n＝＋－＠]/.test(field) ? field.slice(1) : field;
