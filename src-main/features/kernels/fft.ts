// AssemblyScript. Fourier transforms of real frames, four at a time. librosa.stft, centred, Hann.
import { add, at, mul, pairHigh, pairLow, put, splat, sub, zipHigh, zipLow } from './lanes';

// Stockham radix-4 transforms (a radix-2 pass at the end) of `n` complex elements, four at once in the lanes.
// `a` and `b` take turns; the answer says which one holds the result. `tw`: per pass and p the three twiddles.
export function fft4(a: usize, b: usize, n: i32, tw: usize): usize {
  let s: usize = 1;
  let m = n;
  while (m >= 4) {
    const m4 = m >> 2;
    const st: usize = (s * (m4 as usize)) << 5;
    const ys: usize = s << 5;
    {
      // p = 0, no twiddles
      let x = a,
        y = b;
      const end = a + ys;
      tw += 24;
      for (; x < end; x += 32, y += 32) {
        const ar = at(x),
          ai = at(x + 16),
          br = at(x + st),
          bi = at(x + st + 16),
          cr = at(x + 2 * st),
          ci = at(x + 2 * st + 16),
          dr = at(x + 3 * st),
          di = at(x + 3 * st + 16);
        const apr = add(ar, cr),
          api = add(ai, ci),
          amr = sub(ar, cr),
          ami = sub(ai, ci),
          bpr = add(br, dr),
          bpi = add(bi, di),
          bmr = sub(br, dr),
          bmi = sub(bi, di);
        put(y, add(apr, bpr));
        put(y + 16, add(api, bpi));
        put(y + ys, add(amr, bmi));
        put(y + ys + 16, sub(ami, bmr));
        put(y + 2 * ys, sub(apr, bpr));
        put(y + 2 * ys + 16, sub(api, bpi));
        put(y + 3 * ys, sub(amr, bmi));
        put(y + 3 * ys + 16, add(ami, bmr));
      }
    }
    for (let p = 1; p < m4; p++) {
      const w1r = splat(tw),
        w1i = splat(tw + 4),
        w2r = splat(tw + 8),
        w2i = splat(tw + 12),
        w3r = splat(tw + 16),
        w3i = splat(tw + 20);
      tw += 24;
      let x = a + (p as usize) * ys,
        y = b + 4 * (p as usize) * ys;
      const end = x + ys;
      for (; x < end; x += 32, y += 32) {
        const ar = at(x),
          ai = at(x + 16),
          br = at(x + st),
          bi = at(x + st + 16),
          cr = at(x + 2 * st),
          ci = at(x + 2 * st + 16),
          dr = at(x + 3 * st),
          di = at(x + 3 * st + 16);
        const apr = add(ar, cr),
          api = add(ai, ci),
          amr = sub(ar, cr),
          ami = sub(ai, ci),
          bpr = add(br, dr),
          bpi = add(bi, di),
          bmr = sub(br, dr),
          bmi = sub(bi, di);
        put(y, add(apr, bpr));
        put(y + 16, add(api, bpi));
        const ur = add(amr, bmi),
          ui = sub(ami, bmr);
        put(y + ys, sub(mul(w1r, ur), mul(w1i, ui)));
        put(y + ys + 16, add(mul(w1r, ui), mul(w1i, ur)));
        const vr = sub(apr, bpr),
          vi = sub(api, bpi);
        put(y + 2 * ys, sub(mul(w2r, vr), mul(w2i, vi)));
        put(y + 2 * ys + 16, add(mul(w2r, vi), mul(w2i, vr)));
        const zr = sub(amr, bmi),
          zi = add(ami, bmr);
        put(y + 3 * ys, sub(mul(w3r, zr), mul(w3i, zi)));
        put(y + 3 * ys + 16, add(mul(w3r, zi), mul(w3i, zr)));
      }
    }
    const t = a;
    a = b;
    b = t;
    m = m4;
    s <<= 2;
  }
  if (m == 2) {
    const ys = s << 5;
    let x = a,
      y = b;
    const end = a + ys;
    for (; x < end; x += 32, y += 32) {
      const ar = at(x),
        ai = at(x + 16),
        br = at(x + ys),
        bi = at(x + ys + 16);
      put(y, add(ar, br));
      put(y + 16, add(ai, bi));
      put(y + ys, sub(ar, br));
      put(y + ys + 16, sub(ai, bi));
    }
    return b;
  }
  return a;
}

// Four frames `hopB` bytes apart, times the window, packed as half as many complex elements.
export function loadFrames(y: usize, hopB: usize, win: usize, dst: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const w = at(win);
    win += 16;
    const a = mul(at(y), w),
      b = mul(at(y + hopB), w),
      c = mul(at(y + 2 * hopB), w),
      d = mul(at(y + 3 * hopB), w);
    y += 16;
    const ab0 = zipLow(a, b),
      cd0 = zipLow(c, d),
      ab1 = zipHigh(a, b),
      cd1 = zipHigh(c, d);
    put(dst, pairLow(ab0, cd0));
    put(dst + 16, pairHigh(ab0, cd0));
    put(dst + 32, pairLow(ab1, cd1));
    put(dst + 48, pairHigh(ab1, cd1));
    dst += 64;
  }
}

// The packed transform of M elements to the bins 0 … M of the real signal. `sp`: (cos, -sin)(πk/M).
export function splitSpectrum(Z: usize, X: usize, M: i32, sp: usize): void {
  const half = f32x4.splat(0.5);
  const zero = f32x4.splat(0);
  const end = (M as usize) << 5;
  const z0r = at(Z),
    z0i = at(Z + 16);
  put(X, add(z0r, z0i));
  put(X + 16, zero);
  put(X + end, sub(z0r, z0i));
  put(X + end + 16, zero);
  // Bins k and M - k share everything but signs.
  for (let k: usize = 32; k <= end >> 1; k += 32) {
    const p = Z + k,
      q = Z + end - k;
    const kr = at(p),
      ki = at(p + 16),
      mr = at(q),
      mi = at(q + 16);
    const er = mul(half, add(kr, mr)),
      ei = mul(half, sub(ki, mi)),
      or = mul(half, add(ki, mi)),
      oi = mul(half, sub(mr, kr));
    const c = splat(sp + (k >> 2)),
      s = splat(sp + (k >> 2) + 4);
    const tr = sub(mul(c, or), mul(s, oi)),
      ti = add(mul(c, oi), mul(s, or));
    put(X + end - k, sub(er, tr));
    put(X + end - k + 16, sub(ti, ei));
    put(X + k, add(er, tr));
    put(X + k + 16, add(ei, ti));
  }
}
