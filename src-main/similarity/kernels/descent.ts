// AssemblyScript. Approximate kNN graph: a forest of random-projection trees for a start, then
// neighbours of neighbours (Dong, Moses & Li 2011), each row looking for its own. No row is written by
// two threads, so the graph does not depend on their number.
import { dot } from './rows';

let state: u32 = 1;

function randomBelow(n: i32): i32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return <i32>(state % <u32>n);
}

/**
 * Orders the rows 0..n so that every leaf of a tree lies together: each node is cut at the median along
 * the line through two of its rows. `scratch`: n + stride floats of the calling thread.
 */
export function plantTree(
  vectors: usize,
  stride: i32,
  n: i32,
  leaf: i32,
  seed: u32,
  order: usize,
  scratch: usize,
): void {
  state = seed | 1;
  for (let i = 0; i < n; i++) store<i32>(order + ((<usize>i) << 2), i);
  grow(vectors, stride, 0, n, leaf, order, scratch, scratch + ((<usize>n) << 2));
}

function grow(
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  leaf: i32,
  order: usize,
  keys: usize,
  line: usize,
): void {
  if (end - first <= leaf) return;
  const bytes = (<usize>stride) << 2;
  const a =
    vectors + <usize>load<i32>(order + ((<usize>(first + randomBelow(end - first))) << 2)) * bytes;
  const b =
    vectors + <usize>load<i32>(order + ((<usize>(first + randomBelow(end - first))) << 2)) * bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    v128.store(line + o, f32x4.sub(v128.load(a + o), v128.load(b + o)));
  }
  for (let i = first; i < end; i++) {
    const row = load<i32>(order + ((<usize>i) << 2));
    store<f32>(keys + ((<usize>i) << 2), dot(line, vectors + <usize>row * bytes, stride));
  }
  const middle = (first + end) >> 1;
  select(keys, order, first, end - 1, middle);
  grow(vectors, stride, first, middle, leaf, order, keys, line);
  grow(vectors, stride, middle, end, leaf, order, keys, line);
}

/** Quickselect (Hoare): what is smaller than the key at `k` comes before it, in `keys` and `order` alike. */
function select(keys: usize, order: usize, low: i32, high: i32, k: i32): void {
  while (low < high) {
    const pivot = load<f32>(keys + ((<usize>((low + high) >> 1)) << 2));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f32>(keys + ((<usize>i) << 2)) < pivot) i++;
      while (pivot < load<f32>(keys + ((<usize>j) << 2))) j--;
      if (i <= j) swap(keys, order, i++, j--);
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

function swap(keys: usize, order: usize, i: i32, j: i32): void {
  const p = (<usize>i) << 2;
  const q = (<usize>j) << 2;
  const key = load<f32>(keys + p);
  store<f32>(keys + p, load<f32>(keys + q));
  store<f32>(keys + q, key);
  const row = load<i32>(order + p);
  store<i32>(order + p, load<i32>(order + q));
  store<i32>(order + q, row);
}

/** Offers a row that may be in the list already. Entries carry in `fresh` whether they are new. */
function offerOnce(scores: usize, rows: usize, fresh: usize, k: i32, score: f32, row: i32): bool {
  if (score <= load<f32>(scores + ((<usize>(k - 1)) << 2))) return false;
  for (let e: usize = 0; e < (<usize>k) << 2; e += 4) if (load<i32>(rows + e) == row) return false;
  let at = <usize>(k - 1);
  while (at > 0 && load<f32>(scores + ((at - 1) << 2)) < score) {
    store<f32>(scores + (at << 2), load<f32>(scores + ((at - 1) << 2)));
    store<i32>(rows + (at << 2), load<i32>(rows + ((at - 1) << 2)));
    store<u8>(fresh + at, load<u8>(fresh + at - 1));
    at--;
  }
  store<f32>(scores + (at << 2), score);
  store<i32>(rows + (at << 2), row);
  store<u8>(fresh + at, 1);
  return true;
}

/** All pairs within every leaf of the node [first, end) of a tree; leaves share no row. */
export function joinLeaves(
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  leaf: i32,
  order: usize,
  k: i32,
  scores: usize,
  rows: usize,
  fresh: usize,
): void {
  if (end - first > leaf) {
    const middle = (first + end) >> 1;
    joinLeaves(vectors, stride, first, middle, leaf, order, k, scores, rows, fresh);
    joinLeaves(vectors, stride, middle, end, leaf, order, k, scores, rows, fresh);
    return;
  }
  const bytes = (<usize>stride) << 2;
  const list = (<usize>k) << 2;
  for (let p = first; p < end; p++) {
    const i = <usize>load<i32>(order + ((<usize>p) << 2));
    for (let q = p + 1; q < end; q++) {
      const j = <usize>load<i32>(order + ((<usize>q) << 2));
      const score = dot(vectors + i * bytes, vectors + j * bytes, stride);
      offerOnce(scores + i * list, rows + i * list, fresh + i * k, k, score, <i32>j);
      offerOnce(scores + j * list, rows + j * list, fresh + j * k, k, score, <i32>i);
    }
  }
}

/**
 * Per row the rows that have it among their nearest, the best ranks first, at most `join` of each.
 * `oldRows`, `oldFresh`: n × k snapshot; `back`, `backFresh`: n × join, -1 where there are fewer.
 */
export function reverse(
  n: i32,
  k: i32,
  join: i32,
  oldRows: usize,
  oldFresh: usize,
  back: usize,
  backFresh: usize,
  counts: usize,
): void {
  for (let i: usize = 0; i < <usize>(n * join); i++) store<i32>(back + (i << 2), -1);
  for (let i: usize = 0; i < <usize>n; i++) store<i32>(counts + (i << 2), 0);
  for (let rank: usize = 0; rank < <usize>join; rank++) {
    for (let i: usize = 0; i < <usize>n; i++) {
      const row = load<i32>(oldRows + ((i * k + rank) << 2));
      if (row < 0) continue;
      const count = load<i32>(counts + ((<usize>row) << 2));
      if (count >= join) continue;
      store<i32>(counts + ((<usize>row) << 2), count + 1);
      const at = <usize>row * join + count;
      store<i32>(back + (at << 2), <i32>i);
      store<u8>(backFresh + at, load<u8>(oldFresh + i * k + rank));
    }
  }
}

/**
 * One round for the rows [first, end): neighbours of neighbours, both ways, by the snapshot of the round
 * before. A path is walked when one of its two edges is new.
 * `seen`: n marks of the calling thread, 0 before the round. The number of changed entries is added at
 * `changed`.
 */
export function descend(
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  k: i32,
  join: i32,
  scores: usize,
  rows: usize,
  fresh: usize,
  oldRows: usize,
  oldFresh: usize,
  back: usize,
  backFresh: usize,
  seen: usize,
  changed: usize,
): void {
  const bytes = (<usize>stride) << 2;
  const list = (<usize>k) << 2;
  let changes = 0;
  for (let i = first; i < end; i++) {
    const stamp = i + 1;
    const own = <usize>i;
    store<i32>(seen + (own << 2), stamp);
    for (let e: usize = 0; e < <usize>k; e++) {
      const row = load<i32>(oldRows + own * list + (e << 2));
      if (row >= 0) store<i32>(seen + ((<usize>row) << 2), stamp);
      store<u8>(fresh + own * k + e, 0);
    }
    for (let e: usize = 0; e < <usize>join * 2; e++) {
      const forward = e < <usize>join;
      const edge = forward ? own * k + e : own * join + e - join;
      const via = load<i32>((forward ? oldRows : back) + (edge << 2));
      if (via < 0) continue;
      const isFresh = load<u8>((forward ? oldFresh : backFresh) + edge) != 0;
      for (let f: usize = 0; f < <usize>join * 2; f++) {
        const onward = f < <usize>join;
        const next = onward ? <usize>via * k + f : <usize>via * join + f - join;
        if (!isFresh && load<u8>((onward ? oldFresh : backFresh) + next) == 0) continue;
        const row = load<i32>((onward ? oldRows : back) + (next << 2));
        if (row < 0 || load<i32>(seen + ((<usize>row) << 2)) == stamp) continue;
        store<i32>(seen + ((<usize>row) << 2), stamp);
        const score = dot(vectors + own * bytes, vectors + <usize>row * bytes, stride);
        const at = own * list;
        if (offerOnce(scores + at, rows + at, fresh + own * k, k, score, row)) changes++;
      }
    }
  }
  store<i32>(changed, load<i32>(changed) + changes);
}
