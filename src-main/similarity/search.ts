import { AppError } from '../base/errors.ts';
import type { ReadableDb } from '../database/room.ts';
import { hasSegments, storedModels, storedVersion } from '../embedding/room.ts';
import { candidatesOf, recordingIdsOf } from './candidate-table.ts';
import { compareVectors } from './compare.ts';
import type { MatchingMoment, ModelRank, ModelWeight, TrackComparison } from './contract.ts';
import { diversify } from './diversify.ts';
import type { Candidate } from './diversify.ts';
import { findMoment } from './moments.ts';
import { fuseRanks } from './rank-fusion.ts';
import type { RankedList } from './rank-fusion.ts';
import { SpaceCache } from './space-cache.ts';
import type { LoadedSpace } from './space-cache.ts';

export interface SimilarRequest {
  trackIds: number[];
  count: number;
  diversity: number;
  maxPerArtist: number;
  maxPerAlbum: number;
  foldDuplicates: boolean;
  model: string;
  /** Several models instead of one. */
  fuse: ModelWeight[];
}

export interface SimilarAnswer {
  results: { trackId: number; similarity: number; ranks?: ModelRank[] }[];
  candidateCount: number;
  model: string;
}

/** So many nearest are looked at before caps, folding and diversity leave `count` of them. */
const POOL_FACTOR = 6;
const MIN_POOL = 200;
const MAX_POOL = 1024;

/** Runs in the similarity process: the vectors of the models last asked for, and the answers. */
export class SimilaritySearch {
  readonly #db: ReadableDb;
  readonly #spaces: SpaceCache;

  constructor(db: ReadableDb) {
    this.#db = db;
    this.#spaces = new SpaceCache(db);
  }

  /** Vectors of a model, or of all, have come or gone. */
  forget(model: string | null): void {
    this.#spaces.forget(model);
  }

  findSimilar(request: SimilarRequest): Promise<SimilarAnswer> {
    const fused = request.fuse.filter(({ weight }) => weight > 0);
    return fused.length > 0 ? this.#findByAll(request, fused) : this.#findByOne(request);
  }

  async #findByOne(request: SimilarRequest): Promise<SimilarAnswer> {
    const loaded = await this.#spaces.get(request.model);
    const { ids, similarities } = await this.#nearest(loaded, request);
    const similarityOf = new Map(Array.from(ids, (id, rank) => [id, similarities[rank]]));
    const chosen = diversify(this.#candidates(loaded, similarityOf), request);
    return {
      results: chosen.map(({ id, similarity }) => ({ trackId: id, similarity })),
      candidateCount: loaded.index.count,
      model: request.model,
    };
  }

  /** Models that have not heard the seeds are left out; the one that has heard most tells tracks apart. */
  async #findByAll(request: SimilarRequest, fused: ModelWeight[]): Promise<SimilarAnswer> {
    const lists: (RankedList & { model: string; loaded: LoadedSpace })[] = [];
    let problem: unknown = null;
    for (const { model, weight } of fused) {
      try {
        const loaded = await this.#spaces.get(model);
        const { ids } = await this.#nearest(loaded, request);
        lists.push({ model, loaded, ids, weight });
      } catch (thrown) {
        problem = thrown;
      }
    }
    if (lists.length === 0) throw problem;
    const { loaded } = lists.reduce((a, b) =>
      b.loaded.index.count > a.loaded.index.count ? b : a,
    );
    const found = new Map(fuseRanks(lists).map((one) => [one.id, one]));
    const scores = [...found.values()].filter(({ id }) => loaded.rowOf.has(id));
    const candidates = this.#candidates(
      loaded,
      new Map(scores.map(({ id, score }) => [id, score])),
    );
    const recordingOf = new Map(candidates.map(({ id, recordingId }) => [id, recordingId]));
    const results = diversify(candidates, request).map(({ id, similarity }) => {
      const { ranks } = found.get(recordingOf.get(id)!)!;
      const named = lists.map(({ model }, list) => ({ model, rank: ranks[list] }));
      return { trackId: id, similarity, ranks: named };
    });
    return { results, candidateCount: loaded.index.count, model: request.model };
  }

  /** Without the seeds. */
  async #nearest(
    loaded: LoadedSpace,
    { trackIds, count }: SimilarRequest,
  ): Promise<{ ids: number[]; similarities: number[] }> {
    const seeds = recordingIdsOf(this.#db, trackIds);
    const query = meanRow(loaded, seeds);
    const poolSize = Math.max(MIN_POOL, count * POOL_FACTOR) + seeds.length;
    const found = await loaded.index.nearest(query, Math.min(MAX_POOL, poolSize));
    const kept = [...found.ids.keys()].filter((rank) => !seeds.includes(found.ids[rank]));
    return {
      ids: kept.map((rank) => found.ids[rank]),
      similarities: kept.map((rank) => found.similarities[rank]),
    };
  }

  /** @throws AppError `unavailable` where one of the two was not heard by the model. */
  async compare(trackA: number, trackB: number, model: string): Promise<TrackComparison> {
    const loaded = await this.#spaces.get(model);
    const recordings = [trackA, trackB].map((id) => recordingIdsOf(this.#db, [id]));
    const [a, b] = recordings.map((ids) => meanRow(loaded, ids));
    const { groups } = loaded;
    const result = compareVectors(
      a,
      b,
      groups.map((group) => group.indices),
    );
    return {
      model,
      moment: await this.#moment(model, [recordings[0][0], recordings[1][0]]),
      similarity: result.overall,
      groups: groups.map(({ name, label }, g) => ({
        group: name,
        label,
        similarity: result.groups[g],
      })),
    };
  }

  /** By the model that was asked, or by another one that has kept vectors over time of both. */
  async #moment(asked: string, recordings: [number, number]): Promise<MatchingMoment | null> {
    const others = storedModels(this.#db).filter((model) => model !== asked);
    for (const model of [asked, ...others]) {
      const version = storedVersion(this.#db, model) ?? '';
      const hasAll = recordings.every((id) => hasSegments(this.#db, { model, version }, id));
      if (!hasAll) continue;
      const { mean, model: heard } = await this.#spaces.get(model);
      return findMoment(this.#db, heard, mean, recordings);
    }
    return null;
  }

  #candidates(
    loaded: LoadedSpace,
    similarityOf: Map<number, number>,
  ): (Candidate & { recordingId: number })[] {
    return candidatesOf(this.#db, [...similarityOf.keys()]).map((track) => ({
      id: track.trackId,
      recordingId: track.recordingId,
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
    throw new AppError(
      'unavailable',
      'This track was not heard: it still waits, or its file cannot be read.',
    );
  }
  const sum = new Float32Array(index.dims);
  for (const row of rows) index.row(row).forEach((value, d) => (sum[d] += value));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : sum;
}
