import type { ReadableDb } from '../database/room.ts';
import type { TrackDetails, TrackRow } from './contract.ts';
import { isTranscoded } from './formats.ts';
import type { OrderedIds, Query } from './ordered-ids.ts';

const SHOWN_STATUS = `CASE WHEN f.state <> 'present' AND t.status <> 'excluded' THEN 'away' ELSE t.status END`;

const ROW = `t.id, t.title, t.artist, t.album, t.genre, t.year, t.track_number AS trackNumber,
  coalesce(r.duration_seconds, t.tagged_duration) AS durationSeconds, r.tempo, r.musical_key AS key,
  r.integrated_loudness AS loudness, ${SHOWN_STATUS} AS status,
  t.artwork_hash IS NOT NULL AS hasArtwork, t.path AS relative, r.codec`;

const FROM = `FROM tracks t JOIN library_folders f ON f.id = t.folder_id
  LEFT JOIN recordings r ON r.id = t.recording_id`;

export function listTracks(
  db: ReadableDb,
  order: OrderedIds,
  query: Query & { offset: number; limit: number },
): { total: number; tracks: TrackRow[] } {
  const ids = order.of(query);
  const page = [...ids.subarray(query.offset, query.offset + query.limit)];
  return { total: ids.length, tracks: trackRows(db, page) };
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
