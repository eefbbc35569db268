import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { AutoencoderInfo } from './contract.ts';

/** Points by recording, in order of recording id. */
export interface RecordingPoints {
  recordingIds: Int32Array;
  /** One row of `dims` coordinates each. */
  coordinates: Float32Array;
  dims: 2 | 3;
}

type Facts = Pick<
  AutoencoderInfo,
  'seconds' | 'columns' | 'history' | 'bestEpoch' | 'learnedShares' | 'trainedOn' | 'varianceShares'
>;

interface Row {
  id: number;
  name: string;
  parameters: string;
  facts: string;
  createdAt: string;
  trackCount: number;
}

const SELECT = `SELECT a.id, a.name, a.parameters, a.facts, a.created_at AS createdAt,
  (SELECT count(*) FROM autoencoder_points p WHERE p.autoencoder_id = a.id) AS trackCount
  FROM autoencoders a`;

/** The newest first. */
export function allAutoencoders(db: ReadableDb): AutoencoderInfo[] {
  return (db.prepare(`${SELECT} ORDER BY a.id DESC`).all() as Row[]).map(fromRow);
}

export function autoencoderById(db: ReadableDb, id: number): AutoencoderInfo | null {
  const row = db.prepare(`${SELECT} WHERE a.id = ?`).get(id) as Row | undefined;
  return row ? fromRow(row) : null;
}

function fromRow({ parameters, facts, ...rest }: Row): AutoencoderInfo {
  return {
    ...rest,
    parameters: JSON.parse(parameters) as AutoencoderInfo['parameters'],
    ...(JSON.parse(facts) as Facts),
  };
}

/** @returns its id */
export function insertAutoencoder(
  db: WritableDb,
  made: Omit<AutoencoderInfo, 'id' | 'trackCount'>,
  network: Uint8Array,
  { recordingIds, coordinates, dims }: RecordingPoints,
): number {
  const { name, parameters, createdAt, ...facts } = made;
  return db.transaction(() => {
    const id = db
      .prepare(
        'INSERT INTO autoencoders (name, parameters, facts, created_at, network) VALUES (?, ?, ?, ?, ?)',
      )
      .run(
        name,
        JSON.stringify(parameters),
        JSON.stringify(facts),
        createdAt,
        Buffer.from(network.buffer, network.byteOffset, network.byteLength),
      ).lastInsertRowid as number;
    const insert = db.prepare(
      'INSERT INTO autoencoder_points (autoencoder_id, recording_id, x, y, z) VALUES (?, ?, ?, ?, ?)',
    );
    recordingIds.forEach((recordingId, row) => {
      const [x, y, z = null] = coordinates.subarray(row * dims, (row + 1) * dims);
      insert.run(id, recordingId, x, y, z);
    });
    return id;
  })();
}

export function deleteAutoencoder(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM autoencoders WHERE id = ?').run(id);
}

export function networkOf(db: ReadableDb, id: number): Uint8Array {
  return db.prepare('SELECT network FROM autoencoders WHERE id = ?').pluck().get(id) as Buffer;
}

export function pointsOf(db: ReadableDb, { id, parameters }: AutoencoderInfo): RecordingPoints {
  const dims = parameters.bottleneck;
  const rows = db
    .prepare(
      `SELECT recording_id, x, y, z FROM autoencoder_points
       WHERE autoencoder_id = ? ORDER BY recording_id`,
    )
    .raw()
    .all(id) as number[][];
  const coordinates = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => coordinates.set(row.slice(1, 1 + dims), i * dims));
  return { recordingIds: Int32Array.from(rows, ([recordingId]) => recordingId), coordinates, dims };
}

/** Recordings that some track of the library holds, with the first such track. */
export interface HeardRecording {
  recordingId: number;
  trackId: number;
  durationSeconds: number;
}

/** In order of recording id. */
export function heardRecordings(db: ReadableDb): HeardRecording[] {
  return db
    .prepare(
      `SELECT r.id AS recordingId, min(t.id) AS trackId, r.duration_seconds AS durationSeconds
       FROM recordings r JOIN tracks t ON t.recording_id = r.id
       WHERE t.status IN ('analysed', 'partial') GROUP BY r.id ORDER BY r.id`,
    )
    .all() as HeardRecording[];
}
