import { availableParallelism } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { VectorIndex } from './nearest.ts';
import { openVectorSpace } from './vector-space.ts';
import type { VectorSpace } from './vector-space.ts';

/** One model's library in memory; the rows lie in the index only. */
export interface LoadedSpace {
  model: VectorSpace['model'];
  groups: VectorSpace['groups'];
  mean: VectorSpace['mean'];
  index: VectorIndex;
  rowOf: Map<number, number>;
}

/** Bytes of vectors that are kept of several models; one is always kept. */
const MOST_BYTES = 1_000_000_000;

/** The spaces that were asked for last, as many as memory allows. Questions wait for the same reading. */
export class SpaceCache {
  readonly #db: ReadableDb;
  /** In the order of their last use. */
  readonly #spaces = new Map<string, Promise<LoadedSpace>>();
  readonly #bytes = new Map<string, number>();

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  /** Vectors of a model, or of all, have come or gone; they are read anew at the next question. */
  forget(model: string | null): void {
    for (const name of model === null ? [...this.#spaces.keys()] : [model]) this.#drop(name);
  }

  /** @throws AppError `unavailable` where the model has heard nothing */
  get(model: string): Promise<LoadedSpace> {
    const known = this.#spaces.get(model);
    const space = known ?? this.#read(model);
    this.#spaces.delete(model);
    this.#spaces.set(model, space);
    if (!known) space.catch(() => this.#spaces.get(model) === space && this.#drop(model));
    return space;
  }

  async #read(model: string): Promise<LoadedSpace> {
    const space = openVectorSpace(this.#db, model);
    if (!space) {
      throw new AppError('unavailable', 'No track has been analysed by this model yet.');
    }
    this.#bytes.set(model, space.rows.byteLength);
    this.#makeRoom(model);
    const index = await VectorIndex.create(space.rows, space.recordingIds, {
      threads: Math.max(1, Math.min(8, availableParallelism())),
    });
    const rowOf = new Map(Array.from(space.recordingIds, (id, row) => [id, row]));
    return { model: space.model, groups: space.groups, mean: space.mean, index, rowOf };
  }

  #makeRoom(model: string): void {
    for (const other of [...this.#spaces.keys()]) {
      const total = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (total <= MOST_BYTES) return;
      if (other !== model) this.#drop(other);
    }
  }

  #drop(model: string): void {
    const space = this.#spaces.get(model);
    this.#spaces.delete(model);
    this.#bytes.delete(model);
    void space?.then(({ index }) => index.close()).catch(() => {});
  }
}
