import { toPlainError } from '../base/errors.ts';
import { openForReading } from '../database/room.ts';
import { loadVectors } from '../embedding/room.ts';
import { clipShape, readMfccClips } from '../training/room.ts';
import type { PlainRows } from './evaluation/report.ts';
import type { Examples } from './learner.ts';
import type { ExampleSource, Item } from './worker-table.ts';

/** What is heard of recordings; those of which nothing is to be heard are left out. */
export interface HeardItems {
  /** Those of the list that are heard, in its order; the examples count them from 0. */
  heard: number[];
  examples: Examples;
}

/** @param onRead told the share that has been read */
export async function readExamples(
  source: ExampleSource,
  items: Item[],
  onRead: (fraction: number) => void = () => {},
): Promise<HeardItems> {
  return source.kind === 'vectors' ? readVectors(source, items) : readClips(source, items, onRead);
}

function readVectors(
  { databasePath, model }: Extract<ExampleSource, { kind: 'vectors' }>,
  items: Item[],
): HeardItems {
  const db = openForReading(databasePath);
  try {
    const { recordingIds, vectors, dims } = loadVectors(db, model);
    const rowOf = new Map(Array.from(recordingIds, (id, row) => [id, row]));
    const heard = [...items.keys()].filter((i) => rowOf.has(items[i].recordingId));
    const inputs = new Float32Array(heard.length * dims);
    heard.forEach((i, at) => {
      const row = rowOf.get(items[i].recordingId)!;
      inputs.set(vectors.subarray(row * dims, (row + 1) * dims), at * dims);
    });
    const itemOf = Int32Array.from(heard.keys());
    return { heard, examples: { inputs, shape: [dims], itemOf } };
  } finally {
    db.close();
  }
}

/** A file that cannot be decoded is left out. */
async function readClips(
  { ffmpeg, wasm, seconds, mostClips }: Extract<ExampleSource, { kind: 'clips' }>,
  items: Item[],
  onRead: (fraction: number) => void,
): Promise<HeardItems> {
  const heard: number[] = [];
  const clips: Float32Array[] = [];
  const owners: number[] = [];
  for (const [i, { path, durationSeconds }] of items.entries()) {
    onRead(i / items.length);
    if (!path) continue;
    try {
      const track = { path: Buffer.from(path), durationSeconds };
      const own = await readMfccClips(ffmpeg, track, { seconds, mostClips }, { wasm });
      if (own.length === 0) continue;
      heard.push(i);
      clips.push(...own);
      owners.push(...own.map(() => heard.length - 1));
    } catch (thrown) {
      if (toPlainError(thrown).code === 'cancelled') throw thrown;
    }
  }
  const shape = [...clipShape({ seconds })];
  const inputs = new Float32Array(clips.length * shape[0] * shape[1]);
  clips.forEach((clip, at) => inputs.set(clip, at * clip.length));
  return { heard, examples: { inputs, shape, itemOf: Int32Array.from(owners) } };
}

/** One row per item: its vector; of clips, the mean and deviation of each coefficient. */
export function plainRows({ inputs, shape, itemOf }: Examples, itemCount: number): PlainRows {
  if (shape.length === 1) return { rows: inputs, dims: shape[0] };
  const [height, width] = shape;
  const dims = 2 * height;
  const sums = new Float64Array(itemCount * dims);
  const counts = new Float64Array(itemCount);
  itemOf.forEach((item, example) => {
    counts[item] += width;
    for (let k = 0; k < height; k++) {
      for (let t = 0; t < width; t++) {
        const value = inputs[(example * height + k) * width + t];
        sums[item * dims + k] += value;
        sums[item * dims + height + k] += value * value;
      }
    }
  });
  const rows = new Float32Array(sums.length);
  for (let item = 0; item < itemCount; item++) {
    const count = Math.max(1, counts[item]);
    for (let k = 0; k < height; k++) {
      const mean = sums[item * dims + k] / count;
      const square = sums[item * dims + height + k] / count;
      rows[item * dims + k] = mean;
      rows[item * dims + height + k] = Math.sqrt(Math.max(0, square - mean * mean));
    }
  }
  return { rows, dims };
}
