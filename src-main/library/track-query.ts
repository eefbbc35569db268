import type { z } from 'zod';
import type { ReadableDb } from '../database/room.ts';
import type { TrackDetails, trackQuery, TrackRow, TrackSort } from './contract.ts';
import { isTranscoded } from './formats.ts';

type Query = z.output<typeof trackQuery>;

const SHOWN_STATUS = `CASE WHEN f.state <> 'present' AND t.status <> 'excluded' THEN 'away' ELSE t.status END`;

const ROW = `t.id, t.title, t.artist, t.album, t.genre, t.year, t.track_number AS trackNumber,
  coalesce(r.duration_seconds, t.tagged_duration) AS durationSeconds, r.tempo, r.musical_key AS key,
  r.integrated_loudness AS loudness, ${SHOWN_STATUS} AS status,
  t.artwork_hash IS NOT NULL AS hasArtwork, t.path AS relative, r.codec`;

const FROM = `FROM tracks t JOIN library_folders f ON f.id = t.folder_id
  LEFT JOIN recordings r ON r.id = t.recording_id`;

/** Ties are broken by artist, album and number, so that an album stays in order. */
const ALBUM_ORDER =
  't.artist COLLATE NOCASE, t.album COLLATE NOCASE, t.disc_number, t.track_number, t.id';

const ORDER: Record<TrackSort, string> = {
  title: 't.title COLLATE NOCASE $, t.id',
  artist: `t.artist COLLATE NOCASE $, t.album COLLATE NOCASE, t.disc_number, t.track_number, t.id`,
  album: `t.album COLLATE NOCASE $, t.disc_number, t.track_number, t.id`,
  genre: `t.genre COLLATE NOCASE $, ${ALBUM_ORDER}`,
  year: `t.year $ NULLS LAST, ${ALBUM_ORDER}`,
  duration: `durationSeconds $ NULLS LAST, t.id`,
  tempo: `r.tempo $ NULLS LAST, t.id`,
  loudness: `r.integrated_loudness $ NULLS LAST, t.id`,
  added: `t.added_at $, t.id`,
};

const orderOf = ({ sort, descending }: Query): string =>
  ORDER[sort].replace('$', descending ? 'DESC' : 'ASC');

interface Condition {
  where: string;
  parameters: unknown[];
}

function conditionOf({ text, folderId, status }: Query): Condition {
  const parts: string[] = [];
  const parameters: unknown[] = [];
  const words = matchWords(text);
  if (words) {
    parts.push('t.id IN (SELECT rowid FROM track_words WHERE track_words MATCH ?)');
    parameters.push(words);
  }
  if (folderId !== undefined) {
    parts.push('t.folder_id = ?');
    parameters.push(folderId);
  }
  if (status === 'playable') {
    parts.push(`t.status NOT IN ('missing', 'excluded') AND f.state = 'present'`);
  } else if (status !== 'any') {
    parts.push('t.status = ?');
    parameters.push(status);
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', parameters };
}

/** Every word as the beginning of a word, quoted so that nothing in it is syntax; null without words. */
function matchWords(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length > 0
    ? words.map((word) => `"${word}"*`).join(' ')
    : text.trim()
      ? '"\u0001"'
      : null;
}

export function listTracks(
  db: ReadableDb,
  query: Query & { offset: number; limit: number },
): { total: number; tracks: TrackRow[] } {
  const { where, parameters } = conditionOf(query);
  const total = db
    .prepare(`SELECT count(*) FROM tracks t JOIN library_folders f ON f.id = t.folder_id ${where}`)
    .pluck()
    .get(...parameters) as number;
  const rows = db
    .prepare(`SELECT ${ROW} ${FROM} ${where} ORDER BY ${orderOf(query)} LIMIT ? OFFSET ?`)
    .all(...parameters, query.limit, query.offset) as StoredRow[];
  return { total, tracks: rows.map(toRow) };
}

/** The place of a track in the list that the query gives, or -1. */
export function positionOfTrack(db: ReadableDb, query: Query & { trackId: number }): number {
  return listIds(db, query).indexOf(query.trackId);
}

/** All ids that a query gives, in its order. */
function listIds(db: ReadableDb, query: Query): number[] {
  const { where, parameters } = conditionOf(query);
  return db
    .prepare(
      `SELECT id FROM (SELECT t.id, coalesce(r.duration_seconds, t.tagged_duration) AS durationSeconds
       ${FROM} ${where} ORDER BY ${orderOf(query)})`,
    )
    .pluck()
    .all(...parameters) as number[];
}

/** In the order of the ids; unknown ones are left out. */
export function trackRows(db: ReadableDb, ids: number[]): TrackRow[] {
  const rows = db
    .prepare(`SELECT ${ROW} ${FROM} WHERE t.id IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(ids)) as StoredRow[];
  const byId = new Map(rows.map((row) => [row.id, toRow(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

type StoredRow = TrackRow & { relative: Buffer; codec: string | null };

function toRow({ relative, codec, ...row }: StoredRow): TrackRow {
  return {
    ...row,
    hasArtwork: Boolean(row.hasArtwork),
    isTranscoded: isTranscoded(codec, relative),
  };
}

interface DetailsRow extends StoredRow {
  artistsJson: string;
  genresJson: string;
  root: Buffer;
  failureCode: string | null;
  failureMessage: string | null;
}

export function trackDetails(db: ReadableDb, id: number): TrackDetails | null {
  const row = db
    .prepare(
      `SELECT ${ROW}, t.artists AS artistsJson, t.album_artist AS albumArtist, t.genres AS genresJson,
         t.disc_number AS discNumber, t.tagged_tempo AS taggedTempo, t.tagged_key AS taggedKey,
         t.replay_gain_track AS replayGainTrack, t.replay_gain_album AS replayGainAlbum,
         r.tempo_confidence AS tempoConfidence, r.key_confidence AS keyConfidence,
         r.loudness_range AS loudnessRange, r.sample_rate AS sampleRate, r.channels,
         f.path AS root, t.folder_id AS folderId, t.failure_code AS failureCode,
         t.failure_message AS failureMessage, t.partial_reason AS partialReason
       ${FROM} WHERE t.id = ?`,
    )
    .get(id) as (DetailsRow & TrackDetails) | undefined;
  if (!row) return null;
  const { artistsJson, genresJson, root, relative, failureCode, failureMessage, ...rest } = row;
  return {
    ...rest,
    hasArtwork: Boolean(rest.hasArtwork),
    isTranscoded: isTranscoded(rest.codec, relative),
    artists: JSON.parse(artistsJson) as string[],
    genres: JSON.parse(genresJson) as string[],
    path: `${root.toString('utf8')}/${relative.toString('utf8')}`,
    failure: failureCode
      ? {
          code: failureCode as NonNullable<TrackDetails['failure']>['code'],
          message: failureMessage ?? '',
        }
      : null,
  };
}
