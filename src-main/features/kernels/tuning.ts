// AssemblyScript. How far the music is tuned away from A = 440 Hz.
import { at, log2 } from './lanes';

// Peaks of one magnitude row by parabolas, as pairs of (fractional bin, height); answers how many.
export function pitchPeaks(row: usize, k0: i32, k1: i32, kmax: i32, out: usize): i32 {
  let m: f32 = 0;
  {
    let v = f32x4.splat(0);
    for (let k = 0; k < kmax; k += 4) v = f32x4.pmax(v, at(row + ((k as usize) << 2)));
    m = max(
      max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
      max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
    );
  }
  const ref: f32 = 0.1 * m;
  const rv = f32x4.splat(ref);
  let n = 0;
  for (let k = k0; k < k1; k += 4) {
    const p = row + ((k as usize) << 2);
    const c = at(p),
      a = at(p - 4),
      b = at(p + 4);
    const za = v128.and(a, f32x4.gt(a, rv)),
      zb = v128.and(b, f32x4.gt(b, rv));
    let bits = i32x4.bitmask(v128.and(f32x4.gt(c, rv), v128.and(f32x4.gt(c, za), f32x4.ge(c, zb))));
    while (bits) {
      const j = ctz(bits);
      bits &= bits - 1;
      if (k + j >= k1) break;
      const q = p + ((j as usize) << 2);
      const y = load<f32>(q),
        l = load<f32>(q - 4),
        r = load<f32>(q + 4);
      const aa = r + l - 2 * y,
        bb = (r - l) * 0.5;
      const sh: f32 = abs(bb) >= abs(aa) ? 0 : -bb / aa;
      store<f32>(out, ((k + j) as f32) + sh);
      store<f32>(out + 4, y + 0.5 * bb * sh);
      out += 8;
      n++;
    }
  }
  return n;
}

// The r-th smallest of n positive floats, by two histograms of 16 bits.
export function kthSmallest(p: usize, n: i32, stride: usize, r: i32, hist: usize): f32 {
  memory.fill(hist, 0, 65536 << 2);
  let q = p;
  for (let i = 0; i < n; i++) {
    const h = hist + ((load<u32>(q) >> 16) << 2);
    store<i32>(h, load<i32>(h) + 1);
    q += stride;
  }
  let c = 0,
    b: u32 = 0;
  while (c + load<i32>(hist + (b << 2)) <= r) {
    c += load<i32>(hist + (b << 2));
    b++;
  }
  memory.fill(hist, 0, 65536 << 2);
  q = p;
  for (let i = 0; i < n; i++) {
    const u = load<u32>(q);
    if (u >> 16 == b) {
      const h = hist + ((u & 0xffff) << 2);
      store<i32>(h, load<i32>(h) + 1);
    }
    q += stride;
  }
  let k: u32 = 0;
  while (c + load<i32>(hist + (k << 2)) <= r) {
    c += load<i32>(hist + (k << 2));
    k++;
  }
  return reinterpret<f32>((b << 16) | k);
}

// Histogram of how far peaks at least `med` high lie from the 36 steps of an octave.
export function tuningHistogram(pk: usize, n: i32, med: f32, scale: f32, hist: usize): void {
  // hist: 100 i32 zeroed
  for (let i = 0; i < n; i++) {
    if (load<f32>(pk + 4) >= med) {
      const v = log2(f32x4.splat(load<f32>(pk) * scale));
      let r: f32 = 36 * f32x4.extract_lane(v, 0);
      r -= floor(r);
      if (r >= 0.5) r -= 1;
      let b = i32((r + 0.5) * 100);
      if (b > 99) b = 99;
      const h = hist + ((b as usize) << 2);
      store<i32>(h, load<i32>(h) + 1);
    }
    pk += 8;
  }
}
