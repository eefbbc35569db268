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
function logKey(v: v128): v128 {
  return i32x4.sub(i32x4.shr_s(i32x4.sub(v, i32x4.splat(LEAST)), 12), i32x4.splat(32768));
}

// Keys of a tile [bin][4 frames], one half of a tile of keys [bin][8 frames].
export function keysOfTile(A: usize, n: i32, out: usize): void {
  for (let k = 0; k < n; k++) {
    const key = logKey(at(A));
    v128.store64_lane(out, i16x8.narrow_i32x4_s(key, key), 0);
    A += 16;
    out += 16;
  }
}

// Squares of eight by eight keys turned: from vectors `rowA` apart to vectors `rowB` apart, `n` squares `stepA` and
// `stepB` from one to the next.
export function turnKeys(
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  rowB: usize,
  stepB: usize,
  n: i32,
): void {
  for (; n > 0; n--) {
    const x0 = at(a),
      x1 = at(a + rowA),
      x2 = at(a + 2 * rowA),
      x3 = at(a + 3 * rowA),
      x4 = at(a + 4 * rowA),
      x5 = at(a + 5 * rowA),
      x6 = at(a + 6 * rowA),
      x7 = at(a + 7 * rowA);
    const y0 = zipKeysLow(x0, x4),
      y1 = zipKeysHigh(x0, x4),
      y2 = zipKeysLow(x1, x5),
      y3 = zipKeysHigh(x1, x5),
      y4 = zipKeysLow(x2, x6),
      y5 = zipKeysHigh(x2, x6),
      y6 = zipKeysLow(x3, x7),
      y7 = zipKeysHigh(x3, x7);
    const z0 = zipKeysLow(y0, y4),
      z1 = zipKeysHigh(y0, y4),
      z2 = zipKeysLow(y1, y5),
      z3 = zipKeysHigh(y1, y5),
      z4 = zipKeysLow(y2, y6),
      z5 = zipKeysHigh(y2, y6),
      z6 = zipKeysLow(y3, y7),
      z7 = zipKeysHigh(y3, y7);
    put(b, zipKeysLow(z0, z4));
    put(b + rowB, zipKeysHigh(z0, z4));
    put(b + 2 * rowB, zipKeysLow(z1, z5));
    put(b + 3 * rowB, zipKeysHigh(z1, z5));
    put(b + 4 * rowB, zipKeysLow(z2, z6));
    put(b + 5 * rowB, zipKeysHigh(z2, z6));
    put(b + 6 * rowB, zipKeysLow(z3, z7));
    put(b + 7 * rowB, zipKeysHigh(z3, z7));
    a += stepA;
    b += stepB;
  }
}

function zipKeysLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function zipKeysHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

function fromLogKey(v: v128): v128 {
  const s = i32x4.add(v, i32x4.splat(32768));
  return v128.and(i32x4.add(i32x4.shl(s, 12), i32x4.splat(LEAST)), i32x4.gt_s(s, i32x4.splat(0)));
}

// h²/(h²+p²) of four values; one half where both are nothing.
function softMask(h: v128, p: v128): v128 {
  const tiny = f32x4.splat(1.17549435e-38);
  const z = f32x4.pmax(h, p);
  const bad = f32x4.lt(z, tiny);
  const iz = f32x4.div(f32x4.splat(1), v128.bitselect(f32x4.splat(1), z, bad));
  const x = mul(h, iz),
    y = mul(p, iz);
  const x2 = mul(x, x);
  return v128.bitselect(f32x4.splat(0.5), f32x4.div(x2, add(x2, mul(y, y))), bad);
}

// Two tiles of spectra times the soft mask of their harmonic and percussive medians, tiles of keys, in place.
export function maskTiles(h: usize, p: usize, X0: usize, X1: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const a = at(h),
      b = at(p);
    const low = softMask(
        fromLogKey(i32x4.extend_low_i16x8_s(a)),
        fromLogKey(i32x4.extend_low_i16x8_s(b)),
      ),
      high = softMask(
        fromLogKey(i32x4.extend_high_i16x8_s(a)),
        fromLogKey(i32x4.extend_high_i16x8_s(b)),
      );
    put(X0, mul(at(X0), low));
    put(X0 + 16, mul(at(X0 + 16), low));
    put(X1, mul(at(X1), high));
    put(X1 + 16, mul(at(X1 + 16), high));
    h += 16;
    p += 16;
    X0 += 32;
    X1 += 32;
  }
}

// A tile of spectra (M + 1 bins) to the packed, conjugated form whose forward transform is the inverse.
export function packForInverse(tile: usize, M: i32, sp: usize, Z: usize): void {
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
