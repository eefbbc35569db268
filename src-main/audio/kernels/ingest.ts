// AssemblyScript. One pass over decoded stereo samples: mono mix, K-weighted energy, peaks, 16-bit samples.

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
  inBlock = inBucket = 0;
  low = f32.MAX_VALUE;
  high = -f32.MAX_VALUE;
}

/** Takes `n` stereo frames from the input; answers how many blocks were completed. */
export function take(n: i32): i32 {
  const two = f64x2.splat(2);
  let from = INPUT;
  let toMono = MONO;
  let toShorts = SHORTS;
  let toBlocks = BLOCKS;
  let toBuckets = BUCKETS;
  bucketCount = 0;
  for (let i = 0; i < n; i++) {
    const pair = v128.load64_zero(from);
    from += 8;
    const x = f64x2.promote_low_f32x4(pair);
    const m: f32 = 0.5 * (f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1));
    store<f32>(toMono, m);
    toMono += 4;
    store<i16>(toShorts, <i16>nearest<f32>(max<f32>(-32768, min<f32>(32767, m * 32768))));
    toShorts += 2;
    const y = f64x2.add(f64x2.mul(b0, x), s1);
    s1 = f64x2.add(f64x2.sub(f64x2.mul(b1, x), f64x2.mul(a1, y)), s2);
    s2 = f64x2.sub(f64x2.mul(b2, x), f64x2.mul(a2, y));
    const z = f64x2.add(y, t1);
    t1 = f64x2.add(f64x2.sub(f64x2.neg(f64x2.mul(two, y)), f64x2.mul(c1, z)), t2);
    t2 = f64x2.sub(y, f64x2.mul(c2, z));
    sum = f64x2.add(sum, f64x2.mul(z, z));
    if (++inBlock == blockLength) {
      store<f64>(toBlocks, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
      toBlocks += 8;
      sum = f64x2.splat(0);
      inBlock = 0;
    }
    low = min(low, m);
    high = max(high, m);
    if (++inBucket == bucketLength) {
      store<f32>(toBuckets, low);
      store<f32>(toBuckets + 4, high);
      toBuckets += 8;
      bucketCount++;
      low = f32.MAX_VALUE;
      high = -f32.MAX_VALUE;
      inBucket = 0;
    }
  }
  return <i32>((toBlocks - BLOCKS) >> 3);
}

/** How many buckets the last `take` completed. */
export function bucketsTaken(): i32 {
  return bucketCount;
}
