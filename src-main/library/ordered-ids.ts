import type { z } from 'zod';
import { changeStamp } from '../database/room.ts';
import type { ReadableDb } from '../database/room.ts';
import type { trackQuery, TrackSort } from './contract.ts';
import { matchText } from './match-text.ts';

export type Query = z.output<typeof trackQuery>;

/** How long the order may be behind what other rooms have written since; they never change texts. */
const STALE_MILLISECONDS = 2000;
const MOST_KEPT = 4;

/** Ties are broken by artist, album and number, so that an album stays in order. */
const ALBUM_ORDER =
  't.artist COLLATE NOCASE, t.album COLLATE NOCASE, t.disc_number, t.track_number, t.id';

const ORDER: Record<TrackSort, string> = {
  title: 't.title COLLATE NOCASE $, t.id',
  artist: `t.artist COLLATE NOCASE $, t.album COLLATE NOCASE, t.disc_number, t.track_number, t.id`,
  album: `t.album COLLATE NOCASE $, t.disc_number, t.track_number, t.id`,
  genre: `t.genre COLLATE NOCASE $, ${ALBUM_ORDER}`,
  year: `t.year $ NULLS LAST, ${ALBUM_ORDER}`,
  duration: `coalesce(r.duration_seconds, t.tagged_duration) $ NULLS LAST, t.id`,
  tempo: `r.tempo $ NULLS LAST, t.id`,
  loudness: `r.integrated_loudness $ NULLS LAST, t.id`,
  added: `t.added_at $, t.id`,
};

const FACTS = 'LEFT JOIN recordings r INDEXED BY recordings_facts ON r.id = t.recording_id';

interface Kept {
  ids: Int32Array;
  stamp: string;
  at: number;
}

/**
 * The ids that a query gives, in its order. Sorting 100,000 tracks takes some tenths of a second, so the last
 * few orders are kept: scrolling and finding a position only look into them.
 */
export class OrderedIds {
  readonly #db: ReadableDb;
  readonly #kept = new Map<string, Kept>();

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  of({ text, folderId, status, sort, descending }: Query): Int32Array {
    const key = JSON.stringify([text, folderId, status, sort, descending]);
    const stamp = changeStamp(this.#db);
    const kept = this.#kept.get(key);
    const mayBeStale = status === 'any' || status === 'playable';
    const isFresh = mayBeStale && kept && Date.now() - kept.at < STALE_MILLISECONDS;
    if (kept && (isFresh || kept.stamp === stamp)) return kept.ids;
    const ids = Int32Array.from(readIds(this.#db, { text, folderId, status, sort, descending }));
    this.#kept.delete(key);
    this.#kept.set(key, { ids, stamp, at: Date.now() });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return ids;
  }

  /** After a change that must show at once. */
  forget(): void {
    this.#kept.clear();
  }
}

function readIds(db: ReadableDb, query: Query): number[] {
  const order = ORDER[query.sort].replace('$', query.descending ? 'DESC' : 'ASC');
  const join = order.includes('r.') ? FACTS : '';
  const { where, parameters } = conditionOf(query);
  return db
    .prepare(`SELECT t.id FROM tracks t ${join} ${where} ORDER BY ${order}`)
    .pluck()
    .all(...parameters) as number[];
}

interface Condition {
  where: string;
  parameters: unknown[];
}

function conditionOf({ text, folderId, status }: Query): Condition {
  const parts: string[] = [];
  const parameters: unknown[] = [];
  for (const { sql, parameter } of matchText(text)) {
    parts.push(sql);
    parameters.push(parameter);
  }
  if (folderId !== undefined) {
    parts.push('t.folder_id = ?');
    parameters.push(folderId);
  }
  if (status === 'playable') {
    parts.push(`t.status NOT IN ('missing', 'excluded')`);
    parts.push(`t.folder_id IN (SELECT id FROM library_folders WHERE state = 'present')`);
  } else if (status !== 'any') {
    parts.push('t.status = ?');
    parameters.push(status);
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', parameters };
}
