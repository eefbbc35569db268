// AssemblyScript. Exact neighbours by dot product over rows of float32 in shared memory, see `rows.ts`.
import { clear, dot, offer, sum } from './rows';

export { clear };
export { descend, joinLeaves, plantTree, reverse } from './descent';

/** The `k` rows of [first, end) nearest to `query`. */
export function nearest(
  query: usize,
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  k: i32,
  scores: usize,
  rows: usize,
): void {
  clear(scores, rows, k);
  const bytes = (<usize>stride) << 2;
  for (let r = first; r < end; r++) {
    offer(scores, rows, k, dot(query, vectors + <usize>r * bytes, stride), r);
  }
}

/** One pair, counted for both of its rows. */
function offerPair(scores: usize, rows: usize, k: i32, i: i32, j: i32, score: f32): void {
  const list = (<usize>k) << 2;
  offer(scores + <usize>i * list, rows + <usize>i * list, k, score, j);
  offer(scores + <usize>j * list, rows + <usize>j * list, k, score, i);
}

/**
 * All pairs (i, j) with i in [first, end) and i < j < n, into the n × k lists of the calling thread.
 * 4 × 2 dot products share their loads; rows i of one call stay in the second-level cache.
 */
export function pairs(
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  n: i32,
  k: i32,
  scores: usize,
  rows: usize,
): void {
  for (let j = first; j < n; j += 2) {
    const top = min(end, j + 1);
    let i = first;
    if (j + 1 < n) {
      for (; i + 4 <= min(end, j); i += 4) tile(vectors, stride, i, j, k, scores, rows);
    }
    const bytes = (<usize>stride) << 2;
    for (; i < top; i++) {
      const a = vectors + <usize>i * bytes;
      if (i < j) offerPair(scores, rows, k, i, j, dot(a, vectors + <usize>j * bytes, stride));
      if (j + 1 < n) {
        offerPair(scores, rows, k, i, j + 1, dot(a, vectors + <usize>(j + 1) * bytes, stride));
      }
    }
  }
}

/** The eight pairs of rows i..i+3 with rows j, j+1 (all i < j). */
function tile(
  vectors: usize,
  stride: i32,
  i: i32,
  j: i32,
  k: i32,
  scores: usize,
  rows: usize,
): void {
  const bytes = (<usize>stride) << 2;
  let a0 = vectors + <usize>i * bytes;
  let a1 = a0 + bytes;
  let a2 = a1 + bytes;
  let a3 = a2 + bytes;
  let b0 = vectors + <usize>j * bytes;
  let b1 = b0 + bytes;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(b0 + o);
    const q = v128.load(b1 + o);
    let x = v128.load(a0 + o);
    s00 = f32x4.add(s00, f32x4.mul(x, p));
    s01 = f32x4.add(s01, f32x4.mul(x, q));
    x = v128.load(a1 + o);
    s10 = f32x4.add(s10, f32x4.mul(x, p));
    s11 = f32x4.add(s11, f32x4.mul(x, q));
    x = v128.load(a2 + o);
    s20 = f32x4.add(s20, f32x4.mul(x, p));
    s21 = f32x4.add(s21, f32x4.mul(x, q));
    x = v128.load(a3 + o);
    s30 = f32x4.add(s30, f32x4.mul(x, p));
    s31 = f32x4.add(s31, f32x4.mul(x, q));
  }
  offerPair(scores, rows, k, i, j, sum(s00));
  offerPair(scores, rows, k, i, j + 1, sum(s01));
  offerPair(scores, rows, k, i + 1, j, sum(s10));
  offerPair(scores, rows, k, i + 1, j + 1, sum(s11));
  offerPair(scores, rows, k, i + 2, j, sum(s20));
  offerPair(scores, rows, k, i + 2, j + 1, sum(s21));
  offerPair(scores, rows, k, i + 3, j, sum(s30));
  offerPair(scores, rows, k, i + 3, j + 1, sum(s31));
}

/** The dot product of `query` with each of the rows [first, end), at `scores` + row. */
export function scoresOf(
  query: usize,
  vectors: usize,
  stride: i32,
  first: i32,
  end: i32,
  scores: usize,
): void {
  const bytes = (<usize>stride) << 2;
  for (let r = first; r < end; r++) {
    store<f32>(scores + ((<usize>r) << 2), dot(query, vectors + <usize>r * bytes, stride));
  }
}
