// AssemblyScript. Onset strength, its autocorrelation, energy and zero crossings.
import { splitSpectrum } from './fft';
import { add, at, mul, pairHigh, pairLow, put, sub, zipHigh, zipLow } from './lanes';

// Median over the 128 bands of the rise since the frame before, four frames at once: a bitonic
// sort up to its last merge, of which only the middle is needed.
export function onsetStrength(
  mel: usize,
  strideB: usize,
  floorDb: f32,
  s: usize,
  out: usize,
): void {
  const f = f32x4.splat(floorDb),
    z = f32x4.splat(0);
  for (let b = 0; b < 128; b++) {
    const p = mel + (b as usize) * strideB;
    put(
      s + ((b as usize) << 4),
      f32x4.pmax(z, sub(f32x4.pmax(at(p), f), f32x4.pmax(at(p - 4), f))),
    );
  }
  for (let k = 2; k < 128; k <<= 1)
    for (let j = k >> 1; j > 0; j >>= 1) {
      for (let i = 0; i < 128; i += j << 1) {
        const asc = (i & k) == 0;
        let p = s + ((i as usize) << 4),
          q = p + ((j as usize) << 4);
        const e = q;
        for (; p < e; p += 16, q += 16) {
          const a = at(p),
            b = at(q),
            lo = i32x4.min_s(a, b),
            hi = i32x4.max_s(a, b);
          if (asc) {
            put(p, lo);
            put(q, hi);
          } else {
            put(p, hi);
            put(q, lo);
          }
        }
      }
    }
  let below = f32x4.splat(0),
    above = i32x4.splat(i32.MAX_VALUE);
  for (let p = s; p < s + (64 << 4); p += 16) {
    const a = at(p),
      b = at(p + (64 << 4));
    below = i32x4.max_s(below, i32x4.min_s(a, b));
    above = i32x4.min_s(above, i32x4.max_s(a, b));
  }
  put(out, mul(f32x4.splat(0.5), add(below, above)));
}

// Adds |F|²/energy of four frames of the onset envelope.
export function addTempogram(Z: usize, M: i32, sp: usize, X: usize, e: usize, acc: usize): void {
  splitSpectrum(Z, X, M, sp);
  const inv = at(e);
  for (let k = 0; k <= M; k++) {
    const r = at(X),
      i = at(X + 16);
    put(acc, add(at(acc), mul(inv, add(mul(r, r), mul(i, i)))));
    X += 32;
    acc += 16;
  }
}

// 1/energy of four windowed frames; nothing where there is none.
export function inverseEnergy(y: usize, hopB: usize, win: usize, n: i32, out: usize): void {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a;
  for (let i = 0; i < n; i += 4) {
    const w = at(win);
    win += 16;
    const p = mul(at(y), w),
      q = mul(at(y + hopB), w),
      r = mul(at(y + 2 * hopB), w),
      t = mul(at(y + 3 * hopB), w);
    y += 16;
    a = add(a, mul(p, p));
    b = add(b, mul(q, q));
    c = add(c, mul(r, r));
    d = add(d, mul(t, t));
  }
  const ab0 = zipLow(a, b),
    cd0 = zipLow(c, d),
    ab1 = zipHigh(a, b),
    cd1 = zipHigh(c, d);
  const s = add(
    add(pairLow(ab0, cd0), pairHigh(ab0, cd0)),
    add(pairLow(ab1, cd1), pairHigh(ab1, cd1)),
  );
  const nz = f32x4.gt(s, f32x4.splat(1.17549435e-38));
  put(out, v128.and(nz, f32x4.div(f32x4.splat(1), s)));
}

// Energy and sign changes of blocks of 512 samples; the sample before the first is read.
export function blockEnergies(y: usize, nblk: i32, e: usize, z: usize): void {
  const th = f32x4.splat(1e-10),
    zr = f32x4.splat(0);
  for (let b = 0; b < nblk; b++) {
    let a = f32x4.splat(0);
    let c = i32x4.splat(0);
    for (let i = 0; i < 512; i += 4) {
      const v = at(y),
        u = at(y - 4);
      a = add(a, mul(v, v));
      const nv = f32x4.lt(v, f32x4.neg(th)),
        nu = f32x4.lt(u, f32x4.neg(th));
      c = i32x4.sub(c, v128.xor(nv, nu));
      y += 16;
    }
    store<f32>(
      e,
      f32x4.extract_lane(a, 0) +
        f32x4.extract_lane(a, 1) +
        f32x4.extract_lane(a, 2) +
        f32x4.extract_lane(a, 3),
    );
    e += 4;
    store<i32>(
      z,
      i32x4.extract_lane(c, 0) +
        i32x4.extract_lane(c, 1) +
        i32x4.extract_lane(c, 2) +
        i32x4.extract_lane(c, 3),
    );
    z += 4;
  }
}

// The largest magnitude of `n` samples; up to three zeros may follow them.
export function largestMagnitude(y: usize, n: i32): f32 {
  let m = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    m = f32x4.pmax(m, f32x4.abs(at(y)));
    y += 16;
  }
  return max(
    max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)),
    max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)),
  );
}

// Frame values of 2,048 samples from block values of 512; `y` points at the padded start.
export function rmsAndCrossings(
  e: usize,
  z: usize,
  y: usize,
  Tn: i32,
  n: i32,
  rm: usize,
  zc: usize,
): void {
  // y points at padded start (1024 zeros), fixes edge padding
  const neg = f32(-1e-10);
  const first: i32 = load<f32>(y + 4096) < neg ? 1 : 0;
  const le = 1024 + n;
  const last: i32 = load<f32>(y + (((le - 1) as usize) << 2)) < neg ? 1 : 0;
  for (let t = 0; t < Tn; t++) {
    const o = (t as usize) << 2;
    const s = t * 512;
    store<f32>(
      rm + o,
      sqrt(
        (load<f32>(e + o) + load<f32>(e + o + 4) + load<f32>(e + o + 8) + load<f32>(e + o + 12)) /
          2048,
      ),
    );
    let c = load<i32>(z + o) + load<i32>(z + o + 4) + load<i32>(z + o + 8) + load<i32>(z + o + 12);
    c -=
      (load<f32>(y + ((s as usize) << 2)) < neg ? 1 : 0) ^
      (load<f32>(y + ((s as usize) << 2) - 4) < neg ? 1 : 0);
    if (s < 1024 && s + 2048 > 1024) c -= first;
    if (le > s && le < s + 2048) c -= last;
    store<f32>(zc + o, (c as f32) / 2048);
  }
}
