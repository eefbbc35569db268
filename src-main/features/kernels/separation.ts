// AssemblyScript. Harmonic part of a sound (Fitzgerald 2010): medians over time and frequency, a soft mask, and back.
import { add, at, mul, pairHigh, pairLow, put, splat, sub, zipHigh, zipLow } from './lanes';

const WIDTH: i32 = 31;
const HALF: i32 = 15;
/** Bits of 2^-21, the smallest magnitude that a key tells apart. */
const LEAST: i32 = 0x35000000;

// Index beyond an edge mirrored at it (d c b a | a b c d | d c b a).
export function reflect(i: i32, n: i32): i32 {
  let j = i;
  while (j < 0 || j >= n) {
    if (j < 0) j = -1 - j;
    if (j >= n) j = 2 * n - 1 - j;
  }
  return j;
}

// Floats to 16-bit keys of the same order: exponent and 11 bits of the mantissa. Eight medians fit one vector.
export function logKey(v: v128): v128 {
  return i32x4.sub(i32x4.shr_s(i32x4.sub(v, i32x4.splat(LEAST)), 12), i32x4.splat(32768));
}

export function keysOfTiles(A0: usize, A1: usize, n: i32, out: usize): void {
  // two [k][4] f32 tiles -> [k][8] i16
  for (let k = 0; k < n; k++) {
    put(out, i16x8.narrow_i32x4_s(logKey(at(A0)), logKey(at(A1))));
    A0 += 16;
    A1 += 16;
    out += 16;
  }
}

export function keysOfRow(a: usize, n: i32, out: usize): void {
  for (let k = 0; k < n; k += 8) {
    put(out, i16x8.narrow_i32x4_s(logKey(at(a)), logKey(at(a + 16))));
    a += 32;
    out += 16;
  }
}

export function fromLogKey(v: v128): v128 {
  const s = i32x4.add(v, i32x4.splat(32768));
  return v128.and(i32x4.add(i32x4.shl(s, 12), i32x4.splat(LEAST)), i32x4.gt_s(s, i32x4.splat(0)));
}

export function tilesOfKeys(q: usize, n: i32, A0: usize, A1: usize): void {
  for (let k = 0; k < n; k++) {
    const v = at(q);
    put(A0, fromLogKey(i32x4.extend_low_i16x8_s(v)));
    put(A1, fromLogKey(i32x4.extend_high_i16x8_s(v)));
    q += 16;
    A0 += 16;
    A1 += 16;
  }
}

export function rowOfKeys(q: usize, n: i32, a: usize): void {
  for (let k = 0; k < n; k += 8) {
    const v = at(q);
    put(a, fromLogKey(i32x4.extend_low_i16x8_s(v)));
    put(a + 16, fromLogKey(i32x4.extend_high_i16x8_s(v)));
    q += 16;
    a += 32;
  }
}

// h²/(h²+p²) applied in place to a row of spectra; one half where both are nothing.
export function softMask(h: usize, p: usize, re: usize, im: usize, n: i32): void {
  const tiny = f32x4.splat(1.17549435e-38),
    half = f32x4.splat(0.5);
  for (let k = 0; k < n; k += 4) {
    const a = at(h),
      b = at(p);
    const z = f32x4.pmax(a, b);
    const bad = f32x4.lt(z, tiny);
    const iz = f32x4.div(f32x4.splat(1), v128.bitselect(f32x4.splat(1), z, bad));
    const x = mul(a, iz),
      y = mul(b, iz);
    const x2 = mul(x, x);
    const m = v128.bitselect(half, f32x4.div(x2, add(x2, mul(y, y))), bad);
    put(re, mul(at(re), m));
    put(im, mul(at(im), m));
    h += 16;
    p += 16;
    re += 16;
    im += 16;
  }
}

// Four planar rows of spectra to the packed, conjugated form whose forward transform is the inverse.
export function packForInverse(
  re: usize,
  im: usize,
  rowB: usize,
  kn: i32,
  M: i32,
  sp: usize,
  tile: usize,
  Z: usize,
): void {
  // tile: (M+1) complex elements scratch
  memory.fill(tile + ((kn as usize) << 5), 0, ((M + 1 - kn) as usize) << 5);
  for (let k = 0; k < kn; k += 4) {
    const t = tile + ((k as usize) << 5);
    const o = (k as usize) << 2;
    for (let q: usize = 0; q < 2; q++) {
      const b0 = (q ? im : re) + o;
      const a = at(b0),
        b = at(b0 + rowB),
        c = at(b0 + 2 * rowB),
        d = at(b0 + 3 * rowB);
      const ab0 = zipLow(a, b),
        cd0 = zipLow(c, d),
        ab1 = zipHigh(a, b),
        cd1 = zipHigh(c, d);
      const e = t + (q << 4);
      put(e, pairLow(ab0, cd0));
      put(e + 32, pairHigh(ab0, cd0));
      put(e + 64, pairLow(ab1, cd1));
      put(e + 96, pairHigh(ab1, cd1));
    }
  }
  put(tile + 16, f32x4.splat(0));
  put(tile + ((M as usize) << 5) + 16, f32x4.splat(0));
  const dc = at(tile),
    top = at(tile + ((M as usize) << 5));
  put(Z, add(dc, top));
  put(Z + 16, sub(top, dc));
  // Z = E + iO with O = (X[k] - conj X[M-k])·e^(iπk/M), conjugated; k and M - k share all but signs.
  for (let k: usize = 1; k <= (M as usize) >> 1; k++) {
    const mirrored = (M as usize) - k;
    const x = tile + (k << 5),
      y = tile + (mirrored << 5);
    const xr = at(x),
      xi = at(x + 16),
      yr = at(y),
      yi = at(y + 16);
    const er = add(xr, yr),
      ei = sub(xi, yi),
      dr = sub(xr, yr),
      di = add(xi, yi);
    const c = splat(sp + (k << 3)),
      s = splat(sp + (k << 3) + 4);
    const or = add(mul(dr, c), mul(di, s)),
      oi = sub(mul(di, c), mul(dr, s));
    const z = Z + (k << 5),
      w = Z + (mirrored << 5);
    put(w, add(er, oi));
    put(w + 16, sub(ei, or));
    put(z, sub(er, oi));
    put(z + 16, f32x4.neg(add(ei, or)));
  }
}

// Adds four windowed inverse frames `hopB` bytes apart.
export function overlapAdd(Z: usize, M: i32, win: usize, out: usize, hopB: usize): void {
  for (let n = 0; n < M; n += 2) {
    const a = at(Z),
      b = f32x4.neg(at(Z + 16)),
      c = at(Z + 32),
      d = f32x4.neg(at(Z + 48));
    Z += 64;
    const ab0 = zipLow(a, b),
      cd0 = zipLow(c, d),
      ab1 = zipHigh(a, b),
      cd1 = zipHigh(c, d);
    const w = at(win);
    win += 16;
    let o = out;
    put(o, add(at(o), mul(w, pairLow(ab0, cd0))));
    o += hopB;
    put(o, add(at(o), mul(w, pairHigh(ab0, cd0))));
    o += hopB;
    put(o, add(at(o), mul(w, pairLow(ab1, cd1))));
    o += hopB;
    put(o, add(at(o), mul(w, pairHigh(ab1, cd1))));
    out += 16;
  }
}

// One step of an insertion into a sorted list: keeps the smaller at `to`, hands the larger on.
function keep(from: usize, to: usize, v: v128): v128 {
  const held = at(from);
  put(to, i16x8.min_s(held, v));
  return i16x8.max_s(held, v);
}

function keepFour(from: usize, to: usize, v: v128): v128 {
  v = keep(from, to, v);
  v = keep(from + 16, to + 16, v);
  v = keep(from + 32, to + 32, v);
  return keep(from + 48, to + 48, v);
}

// The 16 smallest of the list at `from` and `v`, sorted, at `to`. `count`: how many the list holds with `v`; the
// places behind them hold the largest key there is and stay as they are. This is the hottest loop there is.
function insert(from: usize, to: usize, v: v128, count: i32): void {
  v = keepFour(from, to, v);
  if (count <= 4) return;
  v = keepFour(from + 64, to + 64, v);
  if (count <= 8) return;
  v = keepFour(from + 128, to + 128, v);
  if (count <= 12) return;
  keepFour(from + 192, to + 192, v);
}

// The larger of the j-th of one list and the (14-j)-th of the other, the smallest of four such pairs and `m`.
function smallestOfFour(a: usize, b: usize, m: v128): v128 {
  m = i16x8.min_s(m, i16x8.max_s(at(a), at(b)));
  m = i16x8.min_s(m, i16x8.max_s(at(a + 16), at(b - 16)));
  m = i16x8.min_s(m, i16x8.max_s(at(a + 32), at(b - 32)));
  return i16x8.min_s(m, i16x8.max_s(at(a + 48), at(b - 48)));
}

// The 16th smallest of two sorted lists of together 31, of which `b` holds `count`. Pairs of which one lies behind
// the end of its list can't be the smallest.
function middle(a: usize, b: usize, count: i32): v128 {
  let m = i16x8.min_s(at(a + 240), at(b + 240));
  if (count > 11) m = smallestOfFour(a, b + 224, m);
  if (count > 7 && count < 27) m = smallestOfFour(a + 64, b + 160, m);
  if (count > 3 && count < 23) m = smallestOfFour(a + 128, b + 96, m);
  if (count >= 19) return m;
  m = i16x8.min_s(m, i16x8.max_s(at(a + 192), at(b + 32)));
  m = i16x8.min_s(m, i16x8.max_s(at(a + 208), at(b + 16)));
  return i16x8.min_s(m, i16x8.max_s(at(a + 224), at(b)));
}

// Sliding median of 31 over `n` vectors of eight keys, for the centres c0 … c1-1, mirrored at the edges.
// Per block of 31 the 16 smallest of every suffix are kept; a prefix list grows beside them (van Herk's way).
// `s`: scratch of 33 lists of 256 bytes.
export function median31(
  src: usize,
  stride: usize,
  n: i32,
  c0: i32,
  c1: i32,
  dst: usize,
  dstride: usize,
  s: usize,
): void {
  const largest = i16x8.splat(32767);
  const prefix = s;
  const suffixes = s + 256;
  let c = c0;
  dst += (c0 as usize) * dstride;
  for (let list = suffixes; list < suffixes + (WIDTH + 1) * 256; list += 16) {
    put(list, largest);
  }
  while (c < c1) {
    const first = c - HALF;
    const isInside = first >= 0 && first + 2 * WIDTH < n;
    let list = suffixes + WIDTH * 256;
    for (let j = WIDTH - 1; j >= 0; j--) {
      const index = isInside ? first + j : reflect(first + j, n);
      insert(list, list - 256, at(src + (index as usize) * stride), WIDTH - j);
      list -= 256;
    }
    for (let i: usize = 0; i < 256; i += 16) put(prefix + i, largest);
    put(dst, at(suffixes + 240));
    dst += dstride;
    c++;
    const end = min(c1, c + WIDTH - 1);
    let suffix = suffixes + 256;
    for (let j = first + WIDTH, count = 1; c < end; c++, j++, count++) {
      const index = isInside ? j : reflect(j, n);
      insert(prefix, prefix, at(src + (index as usize) * stride), count);
      put(dst, middle(suffix, prefix, count));
      dst += dstride;
      suffix += 256;
    }
  }
}
