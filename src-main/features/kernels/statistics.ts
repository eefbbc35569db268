// AssemblyScript. What remains of a row of values over time.
import { at, mul, put, sub } from './lanes';

// Mean and population deviation in float64 of values floored at `fl`.
export function meanAndDeviation(p: usize, n: i32, fl: f32, out: usize): void {
  const floor = f32x4.splat(fl);
  const whole = n & ~3;
  let low = f64x2.splat(0),
    high = low;
  for (let i = 0; i < whole; i += 4) {
    const v = f32x4.pmax(at(p + ((i as usize) << 2)), floor);
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1)));
  }
  let sum = addLanes(f64x2.add(low, high));
  for (let i = whole; i < n; i++) sum += max(load<f32>(p + ((i as usize) << 2)), fl) as f64;
  const mean = sum / n;

  const centre = f64x2.splat(mean);
  low = f64x2.splat(0);
  high = low;
  for (let i = 0; i < whole; i += 4) {
    const v = f32x4.pmax(at(p + ((i as usize) << 2)), floor);
    const a = f64x2.sub(f64x2.promote_low_f32x4(v), centre),
      b = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1)), centre);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  let squares = addLanes(f64x2.add(low, high));
  for (let i = whole; i < n; i++) {
    const d = (max(load<f32>(p + ((i as usize) << 2)), fl) as f64) - mean;
    squares += d * d;
  }
  store<f64>(out, mean);
  store<f64>(out + 8, sqrt(squares / n));
}

function addLanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// Exact order statistics: a histogram finds the bucket of each rank, which alone is sorted. Ranks ascend.
export function orderStatistics(
  p: usize,
  n: i32,
  lo: f32,
  scale: f32,
  rp: usize,
  nr: i32,
  out: usize,
  hist: usize,
  tmp: usize,
): void {
  memory.fill(hist, 0, 4096 << 2);
  const e = p + ((n as usize) << 2);
  for (let q = p; q < e; q += 4) {
    const b = i32(max(min((load<f32>(q) - lo) * scale, f32(4095)), f32(0)));
    const h = hist + ((b as usize) << 2);
    store<i32>(h, load<i32>(h) + 1);
  }
  let c: i32 = 0,
    bkt: i32 = -1,
    before: i32 = 0,
    have: i32 = -1,
    m: i32 = 0;
  for (let j = 0; j < nr; j++) {
    const r = load<i32>(rp + ((j as usize) << 2));
    while (c <= r) {
      bkt++;
      before = c;
      c += load<i32>(hist + ((bkt as usize) << 2));
    }
    if (have != bkt) {
      have = bkt;
      m = collectBucket(p, e, lo, scale, bkt, tmp);
      if (m >= 600) heapSort(tmp, m);
    }
    store<f32>(out + ((j as usize) << 2), load<f32>(tmp + (((r - before) as usize) << 2)));
  }
}

// The values from p to e that fall into bucket `bkt`, at least `lo`, sorted where they are less than 600; answers how many.
function collectBucket(p: usize, e: usize, lo: f32, scale: f32, bkt: i32, tmp: usize): i32 {
  const low = f32x4.splat(lo),
    factor = f32x4.splat(scale),
    top = f32x4.splat(4095),
    wanted = i32x4.splat(bkt);
  let m = 0;
  for (let q = p; q < e; q += 16) {
    const place = f32x4.pmin(mul(sub(at(q), low), factor), top);
    const bucket = i32x4.trunc_sat_f32x4_s(f32x4.pmax(place, f32x4.splat(0)));
    let bits = i32x4.bitmask(i32x4.eq(bucket, wanted));
    for (; bits; bits &= bits - 1) {
      const r = q + ((ctz(bits) as usize) << 2);
      if (r >= e) break;
      const v = max(load<f32>(r), lo);
      let k = m++;
      let t = tmp + ((k as usize) << 2);
      if (m < 600) {
        while (k > 0 && load<f32>(t - 4) > v) {
          store<f32>(t, load<f32>(t - 4));
          t -= 4;
          k--;
        }
      }
      store<f32>(t, v);
    }
  }
  return m;
}

export function siftDown(a: usize, i: i32, n: i32): void {
  const v = load<f32>(a + ((i as usize) << 2));
  while (true) {
    let c = 2 * i + 1;
    if (c >= n) break;
    if (c + 1 < n && load<f32>(a + ((c as usize) << 2) + 4) > load<f32>(a + ((c as usize) << 2)))
      c++;
    const w = load<f32>(a + ((c as usize) << 2));
    if (w <= v) break;
    store<f32>(a + ((i as usize) << 2), w);
    i = c;
  }
  store<f32>(a + ((i as usize) << 2), v);
}

export function heapSort(a: usize, n: i32): void {
  for (let i = (n >> 1) - 1; i >= 0; i--) siftDown(a, i, n);
  for (let k = n - 1; k > 0; k--) {
    const t = load<f32>(a),
      p = a + ((k as usize) << 2);
    store<f32>(a, load<f32>(p));
    store<f32>(p, t);
    siftDown(a, 0, k);
  }
}

// Mean over time of the Savitzky-Golay slope (width 9, order 1, edges by the fitted line).
export function slopeMean(x: usize, n: i32): f64 {
  // mean of savgol(9, poly1, deriv1) with mode=interp
  if (n < 9) return 0;
  let s: f64 = 0,
    a: f64 = 0,
    b: f64 = 0;
  for (let j = 0; j < 9; j++) {
    const wj: f64 = ((j - 4) as f64) / 60;
    let u: f64 = 0;
    for (let t = j; t < n - 8 + j; t++) u += load<f32>(x + ((t as usize) << 2)) as f64;
    s += wj * u;
    a += wj * (load<f32>(x + ((j as usize) << 2)) as f64);
    b += wj * (load<f32>(x + (((n - 9 + j) as usize) << 2)) as f64);
  }
  return (s + 4 * a + 4 * b) / (n as f64);
}

// Peak minus valley, each floored at its own largest value less 80 dB.
export function contrastDecibels(p: usize, v: usize, n: i32, fp: f32, fv: f32): void {
  const a = f32x4.splat(fp),
    b = f32x4.splat(fv);
  for (let t = 0; t < n; t += 4) {
    put(p, sub(f32x4.pmax(at(p), a), f32x4.pmax(at(v), b)));
    p += 16;
    v += 16;
  }
}

// Flatness of every frame from its two halves (see spectralShape), in place at `a`.
export function flatness(a: usize, b: usize, n: i32): void {
  for (let t = 0; t < n; t++) {
    store<f32>(a, (Math.pow(2, load<f32>(a) as f64) as f32) / load<f32>(b));
    a += 4;
    b += 4;
  }
}
