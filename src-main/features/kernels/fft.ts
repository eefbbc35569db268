// AssemblyScript. Fourier transforms of real frames, four at a time. librosa.stft, centred, Hann.
import { add, at, mul, pairHigh, pairLow, put, splat, sub, zipHigh, zipLow } from './lanes';

// Stockham transforms of `n` complex elements, four at once in the lanes: passes of radix 8, then one of radix 4
// or 2 where that is left over. `a` and `b` take turns; the answer says which one holds the result. `tw`: per pass
// of radix 8 and p the seven twiddles.
export function fft4(a: usize, b: usize, n: i32, tw: usize): usize {
  let s: usize = 1;
  let m = n;
  for (; m >= 8; m >>= 3, s <<= 3) {
    const m8 = m >> 3;
    const step = (s * (m8 as usize)) << 5;
    const row = s << 5;
    for (let i: usize = 0; i < row; i += 32) butterfly8(a + i, step, b + i, row, tw, false);
    for (let p: usize = 1; p < (m8 as usize); p++) {
      const x = a + p * row;
      const y = b + 8 * p * row;
      const w = tw + p * 56;
      for (let i: usize = 0; i < row; i += 32) butterfly8(x + i, step, y + i, row, w, true);
    }
    tw += (m8 as usize) * 56;
    const t = a;
    a = b;
    b = t;
  }
  if (m == 1) return a;
  const row = s << 5;
  for (let i: usize = 0; i < row; i += 32) {
    if (m == 4) butterfly4(a + i, b + i, row);
    else butterfly2(a + i, b + i, row);
  }
  return b;
}

// Eight elements `step` bytes apart to eight `row` bytes apart; all but the first are turned by twiddles, if any.
// @ts-ignore: a decorator of AssemblyScript; the branches on `turned` vanish
@inline
function butterfly8(x: usize, step: usize, y: usize, row: usize, w: usize, turned: bool): void {
  const x4 = x + 4 * step;
  let ar = at(x),
    ai = at(x + 16),
    br = at(x4),
    bi = at(x4 + 16),
    cr = at(x + 2 * step),
    ci = at(x + 2 * step + 16),
    dr = at(x4 + 2 * step),
    di = at(x4 + 2 * step + 16);
  let pr = add(ar, br),
    pi = add(ai, bi),
    mr = sub(ar, br),
    mi = sub(ai, bi),
    qr = add(cr, dr),
    qi = add(ci, di),
    nr = sub(cr, dr),
    ni = sub(ci, di);
  // The transform of the even elements.
  const e0r = add(pr, qr),
    e0i = add(pi, qi),
    e1r = add(mr, ni),
    e1i = sub(mi, nr),
    e2r = sub(pr, qr),
    e2i = sub(pi, qi),
    e3r = sub(mr, ni),
    e3i = add(mi, nr);
  ar = at(x + step);
  ai = at(x + step + 16);
  br = at(x4 + step);
  bi = at(x4 + step + 16);
  cr = at(x + 3 * step);
  ci = at(x + 3 * step + 16);
  dr = at(x4 + 3 * step);
  di = at(x4 + 3 * step + 16);
  pr = add(ar, br);
  pi = add(ai, bi);
  mr = sub(ar, br);
  mi = sub(ai, bi);
  qr = add(cr, dr);
  qi = add(ci, di);
  nr = sub(cr, dr);
  ni = sub(ci, di);
  // The transform of the odd ones, each turned by its eighths of a circle.
  const r = f32x4.splat(Mathf.SQRT1_2);
  const o0r = add(pr, qr),
    o0i = add(pi, qi),
    o2r = sub(pi, qi),
    o2i = sub(qr, pr);
  const ur = add(mr, ni),
    ui = sub(mi, nr),
    vr = sub(mr, ni),
    vi = add(mi, nr);
  const o1r = mul(r, add(ur, ui)),
    o1i = mul(r, sub(ui, ur)),
    o3r = mul(r, sub(vi, vr)),
    o3i = mul(r, f32x4.neg(add(vr, vi)));
  const y4 = y + 4 * row;
  put(y, add(e0r, o0r));
  put(y + 16, add(e0i, o0i));
  putTurned(y4, sub(e0r, o0r), sub(e0i, o0i), w + 24, turned);
  putTurned(y + row, add(e1r, o1r), add(e1i, o1i), w, turned);
  putTurned(y4 + row, sub(e1r, o1r), sub(e1i, o1i), w + 32, turned);
  putTurned(y + 2 * row, add(e2r, o2r), add(e2i, o2i), w + 8, turned);
  putTurned(y4 + 2 * row, sub(e2r, o2r), sub(e2i, o2i), w + 40, turned);
  putTurned(y + 3 * row, add(e3r, o3r), add(e3i, o3i), w + 16, turned);
  putTurned(y4 + 3 * row, sub(e3r, o3r), sub(e3i, o3i), w + 48, turned);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function putTurned(y: usize, r: v128, i: v128, w: usize, turned: bool): void {
  if (turned) {
    const c = splat(w),
      s = splat(w + 4);
    put(y, sub(mul(c, r), mul(s, i)));
    put(y + 16, add(mul(c, i), mul(s, r)));
  } else {
    put(y, r);
    put(y + 16, i);
  }
}

function butterfly4(x: usize, y: usize, row: usize): void {
  const ar = at(x),
    ai = at(x + 16),
    br = at(x + row),
    bi = at(x + row + 16),
    cr = at(x + 2 * row),
    ci = at(x + 2 * row + 16),
    dr = at(x + 3 * row),
    di = at(x + 3 * row + 16);
  const pr = add(ar, cr),
    pi = add(ai, ci),
    mr = sub(ar, cr),
    mi = sub(ai, ci),
    qr = add(br, dr),
    qi = add(bi, di),
    nr = sub(br, dr),
    ni = sub(bi, di);
  put(y, add(pr, qr));
  put(y + 16, add(pi, qi));
  put(y + row, add(mr, ni));
  put(y + row + 16, sub(mi, nr));
  put(y + 2 * row, sub(pr, qr));
  put(y + 2 * row + 16, sub(pi, qi));
  put(y + 3 * row, sub(mr, ni));
  put(y + 3 * row + 16, add(mi, nr));
}

function butterfly2(x: usize, y: usize, row: usize): void {
  const ar = at(x),
    ai = at(x + 16),
    br = at(x + row),
    bi = at(x + row + 16);
  put(y, add(ar, br));
  put(y + 16, add(ai, bi));
  put(y + row, sub(ar, br));
  put(y + row + 16, sub(ai, bi));
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
