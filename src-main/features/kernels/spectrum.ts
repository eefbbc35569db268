// AssemblyScript. What is read off one spectrum: mel bands, decibels, shape, contrast, MFCC.
import { add, at, log2, mul, put, splat, sub } from './lanes';

// A tile of spectra to power and magnitude.
export function powerAndMagnitude(X: usize, P: usize, A: usize, n: i32): void {
  for (let k = 0; k < n; k++) {
    const r = at(X),
      i = at(X + 16);
    const p = add(mul(r, r), mul(i, i));
    put(P, p);
    put(A, f32x4.sqrt(p));
    X += 32;
    P += 16;
    A += 16;
  }
}

// Sparse filters over a power tile. `bands`: first bin and count of each; `w`: their weights, one after another.
export function melBands(
  P: usize,
  bands: usize,
  nb: i32,
  w: usize,
  out: usize,
  strideB: usize,
): void {
  for (let b = 0; b < nb; b++) {
    let p = P + ((load<i32>(bands) as usize) << 4);
    let c = load<i32>(bands + 4);
    bands += 8;
    let acc = f32x4.splat(0);
    for (; c > 0; c--) {
      acc = add(acc, mul(splat(w), at(p)));
      w += 4;
      p += 16;
    }
    put(out, acc);
    out += strideB;
  }
}

// 10·log10(max(x, amin)) in place; the lanes of `mx` keep the largest value seen.
export function toDecibels(p: usize, strideB: usize, n: i32, amin: f32, mx: usize): void {
  const a = f32x4.splat(amin),
    c = f32x4.splat(3.010299956639812);
  let m = at(mx);
  for (let i = 0; i < n; i++) {
    const v = mul(c, log2(f32x4.pmax(at(p), a)));
    put(p, v);
    m = f32x4.pmax(m, v);
    p += strideB;
  }
  put(mx, m);
}

// Centroid, bandwidth, roll-off (85 %) in Hz, then the two halves of flatness: the mean log2 and the mean power.
export function spectralShape(A: usize, P: usize, n: i32, df: f32, o: usize, strideB: usize): void {
  let s0 = f32x4.splat(0),
    s1 = f32x4.splat(0),
    sp = f32x4.splat(0),
    lg = f32x4.splat(0);
  const amin = f32x4.splat(1e-10);
  let kf = f32x4.splat(0);
  const one = f32x4.splat(1);
  let pr = f32x4.splat(1),
    ex = i32x4.splat(0);
  const mm = i32x4.splat(0x007fffff),
    ob = i32x4.splat(0x3f800000);
  for (let k = 0; k < n; k++) {
    const a = at(A + ((k as usize) << 4)),
      p = f32x4.pmax(at(P + ((k as usize) << 4)), amin);
    s0 = add(s0, a);
    s1 = add(s1, mul(kf, a));
    kf = add(kf, one);
    sp = add(sp, p);
    // product of mantissas + sum of exponents (log of geometric mean without per-bin logs)
    pr = mul(pr, v128.or(v128.and(p, mm), ob));
    ex = i32x4.add(ex, i32x4.shr_u(p, 23));
    ex = i32x4.add(ex, i32x4.sub(i32x4.shr_u(pr, 23), i32x4.splat(127)));
    pr = v128.or(v128.and(pr, mm), ob);
  }
  lg = add(f32x4.convert_i32x4_s(i32x4.sub(ex, i32x4.splat(127 * n))), log2(pr));
  const nz = f32x4.gt(s0, f32x4.splat(0));
  const inv = v128.and(nz, f32x4.div(one, s0));
  const c = mul(s1, inv); // in bins
  let v = f32x4.splat(0);
  kf = f32x4.splat(0);
  for (let k = 0; k < n; k++) {
    const d = sub(kf, c);
    v = add(v, mul(at(A + ((k as usize) << 4)), mul(d, d)));
    kf = add(kf, one);
  }
  const cnt = binsBelow(A, n, mul(f32x4.splat(0.85), s0));
  const dfv = f32x4.splat(df);
  put(o, mul(dfv, c));
  put(o + strideB, mul(dfv, f32x4.sqrt(mul(v, inv))));
  put(o + 2 * strideB, mul(dfv, cnt));
  // flatness = 2^(lg/n) / (sp/n) : store lg/n and sp/n, finish in JS
  put(o + 3 * strideB, mul(lg, f32x4.splat(1.0 / (n as f32))));
  put(o + 4 * strideB, mul(sp, f32x4.splat(1.0 / (n as f32))));
}

// How many bins it takes until their sum reaches `limit`; most spectra reach it early.
function binsBelow(A: usize, n: i32, limit: v128): v128 {
  const one = f32x4.splat(1);
  let sum = f32x4.splat(0),
    count = f32x4.splat(0);
  for (let k = 0; k < n; k++) {
    sum = add(sum, at(A + ((k as usize) << 4)));
    const isBelow = f32x4.lt(sum, limit);
    if (!v128.any_true(isBelow)) break;
    count = add(count, v128.and(isBelow, one));
  }
  return count;
}

// Per band the mean of the smallest (oV) and of the largest (oP) magnitudes. `bands`: low, high, count.
export function spectralContrast(
  A: usize,
  bands: usize,
  nb: i32,
  scratch: usize,
  oV: usize,
  oP: usize,
  strideB: usize,
): void {
  for (let b = 0; b < nb; b++) {
    const lo = load<i32>(bands),
      hi = load<i32>(bands + 4),
      c = load<i32>(bands + 8);
    bands += 12;
    const top = scratch,
      bot = scratch + ((c as usize) << 4);
    // Music falls off towards high bins: in these orders the extremes come first and hardly anything displaces them.
    keepLargest(A, lo, hi, top, c);
    keepSmallest(A, lo, hi, bot, c);
    let st = f32x4.splat(0),
      sb = f32x4.splat(0);
    for (let i = 0; i < c; i++) {
      st = add(st, at(top + ((i as usize) << 4)));
      sb = add(sb, at(bot + ((i as usize) << 4)));
    }
    const inv = f32x4.splat(1.0 / (c as f32));
    put(oP, mul(st, inv));
    put(oV, mul(sb, inv));
    oP += strideB;
    oV += strideB;
  }
}

// The `c` largest magnitudes of the bins lo … hi-1, largest first, from low bins to high ones.
function keepLargest(A: usize, lo: i32, hi: i32, list: usize, c: i32): void {
  const end = list + ((c as usize) << 4);
  for (let p = list; p < end; p += 16) put(p, f32x4.splat(-1));
  for (let k = lo; k < hi; k++) {
    let v = at(A + ((k as usize) << 4));
    if (!v128.any_true(f32x4.gt(v, at(end - 16)))) continue;
    for (let p = list; p < end; p += 16) {
      const held = at(p);
      put(p, f32x4.pmax(held, v));
      v = f32x4.pmin(held, v);
    }
  }
}

// The `c` smallest magnitudes of the bins lo … hi-1, smallest first, from high bins to low ones.
function keepSmallest(A: usize, lo: i32, hi: i32, list: usize, c: i32): void {
  const end = list + ((c as usize) << 4);
  for (let p = list; p < end; p += 16) put(p, f32x4.splat(3e38));
  for (let k = hi - 1; k >= lo; k--) {
    let v = at(A + ((k as usize) << 4));
    if (!v128.any_true(f32x4.lt(v, at(end - 16)))) continue;
    for (let p = list; p < end; p += 16) {
      const held = at(p);
      put(p, f32x4.pmin(held, v));
      v = f32x4.pmax(held, v);
    }
  }
}

// The first 20 coefficients of the DCT of four columns of the mel spectrogram in dB.
export function mfcc(
  mel: usize,
  strideB: usize,
  floorDb: f32,
  D: usize,
  out: usize,
  ostride: usize,
  s: usize,
): void {
  const f = f32x4.splat(floorDb);
  for (let b = 0; b < 128; b++)
    put(s + ((b as usize) << 4), f32x4.pmax(at(mel + (b as usize) * strideB), f));
  for (let c = 0; c < 20; c += 4) {
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    const d = D + ((c * 128) as usize) * 4;
    for (let b: usize = 0; b < 128; b++) {
      const v = at(s + (b << 4));
      const e = d + (b << 2);
      a0 = add(a0, mul(splat(e), v));
      a1 = add(a1, mul(splat(e + 512), v));
      a2 = add(a2, mul(splat(e + 1024), v));
      a3 = add(a3, mul(splat(e + 1536), v));
    }
    put(out, a0);
    put(out + ostride, a1);
    put(out + 2 * ostride, a2);
    put(out + 3 * ostride, a3);
    out += 4 * ostride;
  }
}
