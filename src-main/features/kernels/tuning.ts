// AssemblyScript. How far the music is tuned away from A = 440 Hz.
import { at, log2, mul } from './lanes';

// Peaks of the first `frames` frames of a tile of `n` magnitudes by parabolas, between the bins k0 and k1, as pairs of
// (fractional bin, height); answers how many.
export function pitchPeaks(A: usize, n: i32, k0: i32, k1: i32, frames: i32, out: usize): i32 {
  let largest = f32x4.splat(0);
  for (let k = 0; k < n; k++) largest = f32x4.pmax(largest, at(A + ((k as usize) << 4)));
  const least = mul(f32x4.splat(0.1), largest);
  const wanted = (1 << frames) - 1;
  let count = 0;
  for (let k = k0; k < k1; k++) {
    const p = A + ((k as usize) << 4);
    const c = at(p),
      a = at(p - 16),
      b = at(p + 16);
    const za = v128.and(a, f32x4.gt(a, least)),
      zb = v128.and(b, f32x4.gt(b, least));
    const isPeak = v128.and(f32x4.gt(c, least), v128.and(f32x4.gt(c, za), f32x4.ge(c, zb)));
    for (let bits = i32x4.bitmask(isPeak) & wanted; bits; bits &= bits - 1) {
      const q = p + ((ctz(bits) as usize) << 2);
      const y = load<f32>(q),
        l = load<f32>(q - 16),
        r = load<f32>(q + 16);
      const curve = r + l - 2 * y,
        slope = (r - l) * 0.5;
      const shift: f32 = abs(slope) >= abs(curve) ? 0 : -slope / curve;
      store<f32>(out, (k as f32) + shift);
      store<f32>(out + 4, y + 0.5 * slope * shift);
      out += 8;
      count++;
    }
  }
  return count;
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
