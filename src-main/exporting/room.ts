import type { ReadableDb } from '../database/room.ts';
import { loadVectors, storedVersion } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import { csvLine } from './csv.ts';

interface ExportedTrack {
  id: number;
  path: string;
  title: string;
  artist: string;
  album: string;
  genre: string;
  year: number | null;
  durationSeconds: number;
  tempo: number | null;
  key: string | null;
  loudness: number | null;
  vector: Buffer;
}

const TRACK_COLUMNS = [
  'id',
  'path',
  'title',
  'artist',
  'album',
  'genre',
  'year',
  'duration_seconds',
  'tempo',
  'key',
  'loudness_lufs',
];

/** The vectors of the library with what belongs to each, as CSV: one line per track, piece by piece. */
export function* embeddingsCsv(db: ReadableDb): Generator<string> {
  yield csvLine([...TRACK_COLUMNS, ...featureNames]);
  const version = storedVersion(db, FEATURES_MODEL.id);
  if (version === null) return;
  const rows = db
    .prepare(
      `SELECT t.id, CAST(f.path || '/' || t.path AS TEXT) AS path, t.title, t.artist, t.album, t.genre,
         t.year, r.duration_seconds AS durationSeconds, r.tempo, r.musical_key AS key,
         r.integrated_loudness AS loudness, v.vector
       FROM tracks t JOIN library_folders f ON f.id = t.folder_id
       JOIN recordings r ON r.id = t.recording_id
       JOIN vectors v ON v.recording_id = r.id AND v.model = ? AND v.model_version = ?
       WHERE t.status <> 'excluded' ORDER BY t.id`,
    )
    .iterate(FEATURES_MODEL.id, version) as IterableIterator<ExportedTrack>;
  for (const { vector, ...track } of rows) {
    const bytes = vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.length);
    yield csvLine([...Object.values(track), ...new Float32Array(bytes as ArrayBuffer)]);
  }
}

/** NumPy's format 1.0: the vectors as one matrix of float32, a row per recording in order of id. */
export function vectorsNpy(db: ReadableDb): Uint8Array[] {
  const version = storedVersion(db, FEATURES_MODEL.id);
  const { vectors, recordingIds } = loadVectors(db, {
    model: FEATURES_MODEL.id,
    version: version ?? '',
  });
  const shape = `(${recordingIds.length}, ${FEATURES_MODEL.dims})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const prefix = Buffer.alloc(10);
  prefix.write('\x93NUMPY\x01\x00', 'latin1');
  prefix.writeUInt16LE(length, 8);
  const text = Buffer.from(`${header.padEnd(length - 1)}\n`, 'latin1');
  return [prefix, text, Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength)];
}
