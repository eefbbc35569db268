// AssemblyScript. Dot products of rows of float32 and lists of the best.
// Every row is padded with zeros to `stride` floats, a multiple of 4. All pointers are byte offsets.
// Lists of the best are sorted, best first; a slot not yet filled holds score -inf and row -1.

/** Puts (score, row) into the sorted list of `k` at `scores`/`rows` if it belongs there. */
export function offer(scores: usize, rows: usize, k: i32, score: f32, row: i32): void {
  const last = (<usize>(k - 1)) << 2;
  if (score <= load<f32>(scores + last)) return;
  let at = last;
  while (at > 0 && load<f32>(scores + at - 4) < score) {
    store<f32>(scores + at, load<f32>(scores + at - 4));
    store<i32>(rows + at, load<i32>(rows + at - 4));
    at -= 4;
  }
  store<f32>(scores + at, score);
  store<i32>(rows + at, row);
}

export function sum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Dot product of two rows; `stride` in floats. */
export function dot(a: usize, b: usize, stride: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  const bytes = (<usize>stride) << 2;
  const paired = bytes & ~31;
  let o: usize = 0;
  for (; o < paired; o += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + o), v128.load(b + o)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + o, 16), v128.load(b + o, 16)));
  }
  if (o < bytes) s0 = f32x4.add(s0, f32x4.mul(v128.load(a + o), v128.load(b + o)));
  return sum(f32x4.add(s0, s1));
}

export function clear(scores: usize, rows: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    store<f32>(scores + i, -Infinity);
    store<i32>(rows + i, -1);
  }
}
