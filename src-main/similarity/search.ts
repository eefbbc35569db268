import { availableParallelism } from 'node:os';
import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { candidatesOf, recordingIdsOf } from './candidate-table.ts';
import { compareVectors } from './compare.ts';
import type { GroupComparison } from './contract.ts';
import { diversify } from './diversify.ts';
import type { Candidate } from './diversify.ts';
import { VectorIndex } from './nearest.ts';
import { openVectorSpace } from './vector-space.ts';
import type { VectorSpace } from './vector-space.ts';

export interface SimilarRequest {
  trackIds: number[];
  count: number;
  diversity: number;
  maxPerArtist: number;
  maxPerAlbum: number;
  foldDuplicates: boolean;
  model: string;
}

export interface SimilarAnswer {
  results: { trackId: number; similarity: number }[];
  candidateCount: number;
  model: string;
}

/** One model's library in memory; the rows lie in the index only. */
interface LoadedSpace {
  groups: VectorSpace['groups'];
  index: VectorIndex;
  rowOf: Map<number, number>;
}

/** So many nearest are looked at before caps, folding and diversity leave `count` of them. */
const POOL_FACTOR = 6;
const MIN_POOL = 200;
const MAX_POOL = 1024;

/** Runs in the similarity process: the vectors of the model last asked for, and the answers. */
export class SimilaritySearch {
  readonly #db: ReadableDb;
  #loading: { model: string; space: Promise<LoadedSpace> } | null = null;
  #stale = true;

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  /** Vectors have come or gone; they are read anew at the next question. */
  forget(): void {
    this.#stale = true;
  }

  async findSimilar(request: SimilarRequest): Promise<SimilarAnswer> {
    const loaded = await this.#space(request.model);
    const seeds = recordingIdsOf(this.#db, request.trackIds);
    const query = meanRow(loaded, seeds);
    const poolSize = Math.max(MIN_POOL, request.count * POOL_FACTOR) + seeds.length;
    const { ids, similarities } = await loaded.index.nearest(query, Math.min(MAX_POOL, poolSize));
    const similarityOf = new Map(Array.from(ids, (id, rank) => [id, similarities[rank]]));
    for (const seed of seeds) similarityOf.delete(seed);
    const chosen = diversify(this.#candidates(loaded, similarityOf), request);
    return {
      results: chosen.map(({ id, similarity }) => ({ trackId: id, similarity })),
      candidateCount: loaded.index.count,
      model: request.model,
    };
  }

  /** @throws AppError `unavailable` where one of the two was not heard by the model. */
  async compare(
    trackA: number,
    trackB: number,
    model: string,
  ): Promise<{ similarity: number; groups: GroupComparison[] }> {
    const loaded = await this.#space(model);
    const [a, b] = [trackA, trackB].map((id) => meanRow(loaded, recordingIdsOf(this.#db, [id])));
    const { groups } = loaded;
    const result = compareVectors(
      a,
      b,
      groups.map((group) => group.indices),
    );
    return {
      similarity: result.overall,
      groups: groups.map(({ name, label }, g) => ({
        group: name,
        label,
        similarity: result.groups[g],
      })),
    };
  }

  /** Questions that arrive while a model is being read wait for the same reading. */
  #space(model: string): Promise<LoadedSpace> {
    if (this.#loading?.model === model && !this.#stale) return this.#loading.space;
    this.#stale = false;
    const before = this.#loading?.space;
    const space = this.#read(model, before);
    space.catch(() => (this.#stale = true));
    this.#loading = { model, space };
    return space;
  }

  async #read(model: string, before?: Promise<LoadedSpace>): Promise<LoadedSpace> {
    // Never two models in memory at once.
    await before?.then(({ index }) => index.close()).catch(() => {});
    const space = openVectorSpace(this.#db, model);
    if (!space) {
      throw new AppError('unavailable', 'No track has been analysed by this model yet.');
    }
    const index = await VectorIndex.create(space.rows, space.recordingIds, {
      threads: Math.max(1, Math.min(8, availableParallelism())),
    });
    const rowOf = new Map(Array.from(space.recordingIds, (id, row) => [id, row]));
    return { groups: space.groups, index, rowOf };
  }

  #candidates(loaded: LoadedSpace, similarityOf: Map<number, number>): Candidate[] {
    return candidatesOf(this.#db, [...similarityOf.keys()]).map((track) => ({
      id: track.trackId,
      similarity: similarityOf.get(track.recordingId)!,
      vector: loaded.index.row(loaded.rowOf.get(track.recordingId)!),
      artist: track.artist || null,
      album: track.album || null,
      title: track.title,
      audioHash: null, // One candidate per recording: equal audio is folded already.
    }));
  }
}

/** The mean of the seeds' rows at length one: one query for several seeds. */
function meanRow({ index, rowOf }: LoadedSpace, recordingIds: readonly number[]): Float32Array {
  const rows = recordingIds.flatMap((id) => rowOf.get(id) ?? []);
  if (rows.length === 0) {
    throw new AppError('unavailable', 'This track has not been analysed yet.');
  }
  const sum = new Float32Array(index.dims);
  for (const row of rows) index.row(row).forEach((value, d) => (sum[d] += value));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : sum;
}
