// AssemblyScript. One pass over decoded stereo samples: mono mix, K-weighted energy, peaks, 16-bit samples to hash.

/** Where the caller puts samples: CAPACITY stereo frames, interleaved float32. */
export const CAPACITY: i32 = 65536;
const INPUT: usize = 65536;
const MONO: usize = INPUT + <usize>CAPACITY * 8;
const SHORTS: usize = MONO + <usize>CAPACITY * 4;
/** Sums of squares of K-weighted blocks, float64. */
const BLOCKS: usize = SHORTS + <usize>CAPACITY * 2;
/** (lowest, highest) pairs of buckets, float32. */
const BUCKETS: usize = BLOCKS + 65536;
const END: usize = BUCKETS + <usize>CAPACITY;
/** Far above any music, and its square far below the end of float32. */
const LIMIT: f32 = 1e4;
memory.grow(<i32>(END >> 16) + 1 - memory.size());

export function input(): usize {
  return INPUT;
}
export function mono(): usize {
  return MONO;
}
export function shorts(): usize {
  return SHORTS;
}
export function blocks(): usize {
  return BLOCKS;
}
export function buckets(): usize {
  return BUCKETS;
}

// The two filters of ITU-R BS.1770 in transposed direct form II, both channels in one vector.
let b0 = f64x2.splat(0);
let b1 = f64x2.splat(0);
let b2 = f64x2.splat(0);
let a1 = f64x2.splat(0);
let a2 = f64x2.splat(0);
let c1 = f64x2.splat(0);
let c2 = f64x2.splat(0);
let s1 = f64x2.splat(0);
let s2 = f64x2.splat(0);
let t1 = f64x2.splat(0);
let t2 = f64x2.splat(0);
let sum = f64x2.splat(0);
let blockLength: i32 = 1;
let inBlock: i32 = 0;
let bucketLength: i32 = 1;
let inBucket: i32 = 0;
let low: f32 = 0;
let high: f32 = 0;
let bucketCount: i32 = 0;
let magnitude: f32 = 0;
/** Frames taken, modulo 2, and how many 16-bit samples the last `take` made. */
let phase: i32 = 0;
let shortCount: i32 = 0;

/** Begins a track. The shelf has the numerator (x0, x1, x2), the high pass (1, -2, 1). */
export function begin(
  x0: f64,
  x1: f64,
  x2: f64,
  y1: f64,
  y2: f64,
  z1: f64,
  z2: f64,
  block: i32,
  bucket: i32,
): void {
  b0 = f64x2.splat(x0);
  b1 = f64x2.splat(x1);
  b2 = f64x2.splat(x2);
  a1 = f64x2.splat(y1);
  a2 = f64x2.splat(y2);
  c1 = f64x2.splat(z1);
  c2 = f64x2.splat(z2);
  s1 = s2 = t1 = t2 = sum = f64x2.splat(0);
  blockLength = block;
  bucketLength = bucket;
  inBlock = inBucket = phase = 0;
  magnitude = 0;
  low = f32.MAX_VALUE;
  high = -f32.MAX_VALUE;
}

/** Takes `n` stereo frames from the input; answers how many blocks were completed. */
export function take(n: i32): i32 {
  mix(n);
  toShorts(n);
  return weigh(n);
}

/** Input made finite in place, its mono mix, and the extremes of every bucket. */
function mix(n: i32): void {
  bucketCount = 0;
  for (let done = 0; done < n;) {
    const run = min(n - done, bucketLength - inBucket);
    mixRun(INPUT + ((<usize>done) << 3), MONO + ((<usize>done) << 2), run);
    done += run;
    inBucket += run;
    if (inBucket < bucketLength) continue;
    closeBucket(BUCKETS + ((<usize>bucketCount) << 3));
    bucketCount++;
  }
}

function mixRun(from: usize, to: usize, run: i32): void {
  const half = f32x4.splat(0.5);
  let lowest = f32x4.splat(low),
    highest = f32x4.splat(high);
  let i = 0;
  for (; i + 4 <= run; i += 4) {
    const a = finite(v128.load(from)),
      b = finite(v128.load(from, 16));
    v128.store(from, a);
    v128.store(from, b, 16);
    const left = v128.shuffle<f32>(a, b, 0, 2, 4, 6),
      right = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
    const m = f32x4.mul(half, f32x4.add(left, right));
    v128.store(to, m);
    lowest = f32x4.pmin(lowest, m);
    highest = f32x4.pmax(highest, m);
    from += 32;
    to += 16;
  }
  for (; i < run; i++) {
    const a = finite(v128.load64_zero(from));
    v128.store64_lane(from, a, 0);
    const m = f32x4.splat(0.5 * (f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)));
    v128.store32_lane(to, m, 0);
    lowest = f32x4.pmin(lowest, m);
    highest = f32x4.pmax(highest, m);
    from += 8;
    to += 4;
  }
  low = min(
    min(f32x4.extract_lane(lowest, 0), f32x4.extract_lane(lowest, 1)),
    min(f32x4.extract_lane(lowest, 2), f32x4.extract_lane(lowest, 3)),
  );
  high = max(
    max(f32x4.extract_lane(highest, 0), f32x4.extract_lane(highest, 1)),
    max(f32x4.extract_lane(highest, 2), f32x4.extract_lane(highest, 3)),
  );
}

function closeBucket(to: usize): void {
  store<f32>(to, low);
  store<f32>(to + 4, high);
  magnitude = max(magnitude, max(high, -low));
  low = f32.MAX_VALUE;
  high = -f32.MAX_VALUE;
  inBucket = 0;
}

/** Every second sample of the mono mix at 16 bits, saturated: enough to tell any two recordings apart. */
function toShorts(n: i32): void {
  const scale = f32x4.splat(32768);
  let from = MONO + ((<usize>phase) << 2);
  let to = SHORTS;
  shortCount = (n - phase + 1) >> 1;
  for (let i = 0; i < shortCount; i += 8) {
    v128.store(to, i16x8.narrow_i32x4_s(everySecond(from, scale), everySecond(from + 32, scale)));
    from += 64;
    to += 16;
  }
  phase = (phase + n) & 1;
}

function everySecond(from: usize, scale: v128): v128 {
  const samples = v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(scale, samples)));
}

/** Energy of K-weighted blocks; answers how many were completed. */
function weigh(n: i32): i32 {
  // State in locals: a store and a load of it per sample would double the time of the loop.
  const gain = b0,
    y1 = a1,
    y2 = a2,
    z1 = c1,
    z2 = c2;
  // Each state from the states alone, not from the output: the shortest way from sample to sample.
  const one = f64x2.splat(1);
  const shelf1 = f64x2.sub(b1, f64x2.mul(a1, b0)),
    shelf2 = f64x2.sub(b2, f64x2.mul(a2, b0)),
    pass1 = f64x2.sub(f64x2.splat(-2), c1),
    pass2 = f64x2.sub(one, c2);
  let u1 = s1,
    u2 = s2,
    v1 = t1,
    v2 = t2,
    energy = sum;
  let from = INPUT;
  let to = BLOCKS;
  for (let left = n; left > 0;) {
    const run = min(left, blockLength - inBlock);
    const end = from + ((<usize>run) << 3);
    for (; from < end; from += 8) {
      const x = f64x2.promote_low_f32x4(v128.load64_zero(from));
      const y = f64x2.add(f64x2.mul(gain, x), u1);
      const nextU = f64x2.sub(f64x2.add(f64x2.mul(shelf1, x), u2), f64x2.mul(y1, u1));
      u2 = f64x2.sub(f64x2.mul(shelf2, x), f64x2.mul(y2, u1));
      u1 = nextU;
      const z = f64x2.add(y, v1);
      const nextV = f64x2.sub(f64x2.add(f64x2.mul(pass1, y), v2), f64x2.mul(z1, v1));
      v2 = f64x2.sub(f64x2.mul(pass2, y), f64x2.mul(z2, v1));
      v1 = nextV;
      energy = f64x2.add(energy, f64x2.mul(z, z));
    }
    left -= run;
    inBlock += run;
    if (inBlock < blockLength) continue;
    store<f64>(to, f64x2.extract_lane(energy, 0) + f64x2.extract_lane(energy, 1));
    to += 8;
    energy = f64x2.splat(0);
    inBlock = 0;
  }
  s1 = u1;
  s2 = u2;
  t1 = v1;
  t2 = v2;
  sum = energy;
  return <i32>((to - BLOCKS) >> 3);
}

/** Files of floats may hold anything: what is no number becomes 0, what is absurdly large becomes LIMIT. */
function finite(x: v128): v128 {
  const limit = f32x4.splat(LIMIT);
  const number = v128.and(x, f32x4.eq(x, x));
  return f32x4.pmax(f32x4.neg(limit), f32x4.pmin(limit, number));
}

/** How many 16-bit samples the last `take` made. */
export function shortsTaken(): i32 {
  return shortCount;
}

/** How many buckets the last `take` completed. */
export function bucketsTaken(): i32 {
  return bucketCount;
}

/** Completes a bucket that has begun; answers whether there was one, which then is the first. */
export function finishBucket(): bool {
  if (inBucket == 0) return false;
  closeBucket(BUCKETS);
  return true;
}

/** The largest magnitude of the mono mix, over all completed buckets. */
export function largest(): f32 {
  return magnitude;
}
