/** A track that might be shown: its closeness to the seed and what it must not repeat. */
export interface Candidate {
  id: number;
  /** Cosine to the seed. */
  similarity: number;
  /** Standardised, length one. */
  vector: Float32Array;
  artist: string | null;
  album: string | null;
  /** Compared without case, accents, brackets and punctuation. */
  title: string | null;
  audioHash: string | null;
}

export interface DiversifyOptions {
  count: number;
  /** 0: nearest only; 1: as different from one another as possible. */
  diversity: number;
  /** 0: no limit. */
  maxPerArtist: number;
  /** 0: no limit. */
  maxPerAlbum: number;
  foldDuplicates: boolean;
}

/** Above this cosine two tracks of one title are the same recording. */
const SAME_SOUND = 0.995;

/**
 * Maximal marginal relevance (Carbonell & Goldstein 1998): takes, one after another, the candidate
 * with the highest (1 - d) × similarity - d × largest similarity to what is already taken.
 * Tracks without artist or album are not limited by them.
 */
export function diversify(
  candidates: readonly Candidate[],
  options: DiversifyOptions,
): Candidate[] {
  const sorted = [...candidates].sort((a, b) => b.similarity - a.similarity || a.id - b.id);
  const pool = options.foldDuplicates ? foldDuplicates(sorted) : sorted;
  const closest = new Float64Array(pool.length).fill(-1);
  const open = new Set(pool.keys());
  const perArtist = new Limit(options.maxPerArtist);
  const perAlbum = new Limit(options.maxPerAlbum);
  const selected: Candidate[] = [];
  while (selected.length < options.count && open.size > 0) {
    const best = bestOf(pool, open, closest, options.diversity);
    open.delete(best);
    const taken = pool[best];
    if (perArtist.isFull(taken.artist) || perAlbum.isFull(taken.album)) continue;
    perArtist.add(taken.artist);
    perAlbum.add(taken.album);
    selected.push(taken);
    if (options.diversity === 0) continue;
    for (const i of open) closest[i] = Math.max(closest[i], dot(pool[i].vector, taken.vector));
  }
  return selected;
}

/** Keeps the first of every set of copies: same audio, or same title and nearly the same vector. */
export function foldDuplicates(candidates: readonly Candidate[]): Candidate[] {
  const hashes = new Set<string>();
  const byTitle = new Map<string, Candidate[]>();
  return candidates.filter((candidate) => {
    if (candidate.audioHash !== null) {
      if (hashes.has(candidate.audioHash)) return false;
      hashes.add(candidate.audioHash);
    }
    const title = normaliseTitle(candidate.title);
    if (title === '') return true;
    const namesakes = byTitle.get(title) ?? [];
    if (namesakes.some((other) => dot(other.vector, candidate.vector) >= SAME_SOUND)) return false;
    byTitle.set(title, [...namesakes, candidate]);
    return true;
  });
}

function bestOf(
  pool: readonly Candidate[],
  open: ReadonlySet<number>,
  closest: Float64Array,
  diversity: number,
): number {
  let best = -1;
  let bestScore = -Infinity;
  for (const i of open) {
    const score = (1 - diversity) * pool[i].similarity - diversity * closest[i];
    if (best < 0 || score > bestScore) {
      best = i;
      bestScore = score;
    }
  }
  return best;
}

function normaliseTitle(title: string | null): string {
  const plain = (title ?? '').normalize('NFKD').toLowerCase();
  return plain.replace(/\([^)]*\)|\[[^\]]*\]/g, ' ').replace(/[^\p{L}\p{N}]+/gu, '');
}

class Limit {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  isFull(key: string | null): boolean {
    return this.#max > 0 && key !== null && (this.#counts.get(key) ?? 0) >= this.#max;
  }

  add(key: string | null): void {
    if (key !== null) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
