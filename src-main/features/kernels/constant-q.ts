// AssemblyScript. Chroma from a constant-Q transform with 36 bins per octave, and tonal centroids.
import { fft4 } from './fft';
import { add, at, mul, pairHigh, pairLow, put, splat, sub, zipHigh, zipLow } from './lanes';

// Half-band filter and decimation by 2 of `n` outputs. `h`: the `nt` taps at odd distances, symmetric; the one in
// the middle is 0.5. 2·nt + 8 samples on either side of `y` are read, and `odd` has room for n + 2·nt + 8 of them.
export function halveRate(y: usize, n: i32, h: usize, nt: i32, odd: usize, out: usize): void {
  const before = nt + (-nt & 3);
  // The odd samples side by side: every tap then reads four neighbours at once.
  let from = y - ((before as usize) << 3) + 4;
  const end = odd + (((before + n + nt + 4) as usize) << 2);
  for (let to = odd; to < end; to += 16) {
    put(to, v128.shuffle<f32>(at(from), at(from + 16), 0, 2, 4, 6));
    from += 32;
  }
  for (let i = 0; i < n; i += 4) {
    const even = y + ((i as usize) << 3);
    let acc = mul(f32x4.splat(0.5), v128.shuffle<f32>(at(even), at(even + 16), 0, 2, 4, 6));
    let left = odd + (((before + i - 1) as usize) << 2),
      right = left + 4,
      tap = h;
    for (let t = 0; t < nt; t++) {
      acc = add(acc, mul(splat(tap), add(at(left), at(right))));
      left -= 4;
      right += 4;
      tap += 4;
    }
    put(out, acc);
    out += 16;
  }
}

// The transform of 131,072 real samples as 65,536 complex ones: 256 × 256 in four steps.
export function fft131072(
  y: usize,
  Xr: usize,
  Xi: usize,
  A: usize,
  B: usize,
  T: usize,
  tw: usize,
  tw2: usize,
): void {
  for (let c = 0; c < 256; c += 4) {
    for (let r = 0; r < 256; r++) {
      const p = y + (((r * 256 + c) as usize) << 3);
      const a = at(p),
        b = at(p + 16);
      const e = A + ((r as usize) << 5);
      put(e, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
      put(e + 16, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    }
    const R = fft4(A, B, 256, tw);
    for (let k = 0; k < 256; k++) {
      const e = R + ((k as usize) << 5);
      const xr = at(e),
        xi = at(e + 16);
      const o = (k * 256 + c) as usize;
      const w = tw2 + (o << 3);
      const wa = at(w),
        wb = at(w + 16);
      const wr = v128.shuffle<f32>(wa, wb, 0, 2, 4, 6),
        wi = v128.shuffle<f32>(wa, wb, 1, 3, 5, 7);
      const t = T + (o << 3); // planar per group of 4: re4 im4
      put(t, sub(mul(xr, wr), mul(xi, wi)));
      put(t + 16, add(mul(xr, wi), mul(xi, wr)));
    }
  }
  for (let k = 0; k < 256; k += 4) {
    for (let c = 0; c < 256; c += 4) {
      const e = A + ((c as usize) << 5);
      for (let q: usize = 0; q < 2; q++) {
        const b0 = T + (((k * 256 + c) as usize) << 3) + (q << 4);
        const a = at(b0),
          b = at(b0 + 2048),
          cc = at(b0 + 4096),
          d = at(b0 + 6144);
        const ab0 = zipLow(a, b),
          cd0 = zipLow(cc, d),
          ab1 = zipHigh(a, b),
          cd1 = zipHigh(cc, d);
        const f = e + (q << 4);
        put(f, pairLow(ab0, cd0));
        put(f + 32, pairHigh(ab0, cd0));
        put(f + 64, pairLow(ab1, cd1));
        put(f + 96, pairHigh(ab1, cd1));
      }
    }
    const R = fft4(A, B, 256, tw);
    for (let j = 0; j < 256; j++) {
      const e = R + ((j as usize) << 5);
      const o = ((j * 256 + k) as usize) << 2;
      put(Xr + o, at(e));
      put(Xi + o, at(e + 16));
    }
  }
}

// The packed long transform of N elements to the bins 0 … K-1 of the real signal, interleaved; up to three more
// are written.
export function splitLong(Xr: usize, Xi: usize, N: i32, K: i32, tws: usize, out: usize): void {
  const half = f32x4.splat(0.5);
  store<f32>(out, load<f32>(Xr) + load<f32>(Xi));
  store<f32>(out + 4, 0);
  for (let m = 1; m < K; m += 4) {
    const a = (m as usize) << 2,
      b = ((N - m - 3) as usize) << 2,
      o = (m as usize) << 3;
    const kr = at(Xr + a),
      ki = at(Xi + a),
      mr = v128.shuffle<f32>(at(Xr + b), at(Xr + b), 3, 2, 1, 0),
      mi = v128.shuffle<f32>(at(Xi + b), at(Xi + b), 3, 2, 1, 0);
    const er = mul(half, add(kr, mr)),
      ei = mul(half, sub(ki, mi)),
      or = mul(half, add(ki, mi)),
      oi = mul(half, sub(mr, kr));
    const low = at(tws + o),
      high = at(tws + o + 16);
    const c = v128.shuffle<f32>(low, high, 0, 2, 4, 6),
      s = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
    const re = add(er, sub(mul(c, or), mul(s, oi))),
      im = add(ei, add(mul(c, oi), mul(s, or)));
    put(out + o, zipLow(re, im));
    put(out + o + 16, zipHigh(re, im));
  }
}

// Up to four constant-Q filters of one pitch class: multiply, fold to NF bins, invert, add the magnitudes times
// their gains. All frames of a bin come out of one short transform. `B` also takes the four folded spectra.
export function constantQ(
  X: usize,
  desc: usize,
  gn: usize,
  wt: usize,
  NF: i32,
  A: usize,
  B: usize,
  tw: usize,
  chroma: usize,
  t0: i32,
  t1: i32,
): void {
  const row = (NF as usize) << 3;
  memory.fill(B, 0, row << 2);
  for (let l = 0; l < 4; l++) {
    const m0 = load<i32>(desc),
      count = load<i32>(desc + 4),
      wo = load<i32>(desc + 8);
    desc += 12;
    foldFilter(X + ((m0 as usize) << 3), wt + ((wo as usize) << 2), m0, count, NF, B + l * row);
  }
  conjugateRows(B, row, NF, A);
  const R = fft4(A, B, NF, tw); // conj input -> inverse (conj output), magnitude only
  const gv = at(gn);
  for (let t = t0; t < t1; t++) {
    const e = R + ((t as usize) << 5);
    const r = at(e),
      i = at(e + 16);
    const m = mul(gv, f32x4.sqrt(add(mul(r, r), mul(i, i))));
    const p = chroma + (((t - t0) as usize) << 2);
    const pairs = add(m, v128.shuffle<f32>(m, m, 2, 3, 0, 1));
    store<f32>(p, load<f32>(p) + f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
  }
}

// Bins m0 … m0+count-1 times their weights, added modulo NF to a row of interleaved complex bins.
function foldFilter(x: usize, w: usize, m0: i32, count: i32, NF: i32, row: usize): void {
  let k = m0 & (NF - 1);
  while (count > 0) {
    const run = min(count, NF - k);
    let p = row + ((k as usize) << 3);
    let i = 0;
    for (; i + 4 <= run; i += 4) {
      const g = at(w);
      put(p, add(at(p), mul(at(x), v128.shuffle<f32>(g, g, 0, 0, 1, 1))));
      put(p + 16, add(at(p + 16), mul(at(x + 16), v128.shuffle<f32>(g, g, 2, 2, 3, 3))));
      p += 32;
      x += 32;
      w += 16;
    }
    for (; i < run; i++) {
      const g = load<f32>(w);
      store<f32>(p, load<f32>(p) + g * load<f32>(x));
      store<f32>(p + 4, load<f32>(p + 4) + g * load<f32>(x + 4));
      p += 8;
      x += 8;
      w += 4;
    }
    count -= run;
    k = 0;
  }
}

// Four rows of `n` interleaved complex bins to one tile, conjugated.
function conjugateRows(rows: usize, rowB: usize, n: i32, tile: usize): void {
  for (let k = 0; k < n; k += 2) {
    const a = at(rows),
      b = at(rows + rowB),
      c = at(rows + 2 * rowB),
      d = at(rows + 3 * rowB);
    const ab0 = zipLow(a, b),
      cd0 = zipLow(c, d),
      ab1 = zipHigh(a, b),
      cd1 = zipHigh(c, d);
    put(tile, pairLow(ab0, cd0));
    put(tile + 16, f32x4.neg(pairHigh(ab0, cd0)));
    put(tile + 32, pairLow(ab1, cd1));
    put(tile + 48, f32x4.neg(pairHigh(ab1, cd1)));
    rows += 16;
    tile += 64;
  }
}

// Weights of one constant-Q filter around bin `cen`, from the table GT of the transform of a Hann window.
export function fillFilter(o: usize, m0: i32, m1: i32, cen: f64, sc: f64, GT: usize): void {
  for (let m = m0; m <= m1; m++) {
    const x = abs((m as f64) - cen) * sc;
    const i = x as i32;
    const f = (x - i) as f32;
    const g = GT + ((i as usize) << 2);
    const a = load<f32>(g);
    store<f32>(o, a + f * (load<f32>(g + 4) - a));
    o += 4;
  }
}

// Every frame divided by its largest pitch class.
export function normaliseChroma(ch: usize, sB: usize, n: i32): void {
  for (let t = 0; t < n; t += 4) {
    let p = ch;
    let m = f32x4.splat(0);
    for (let c = 0; c < 12; c++) {
      m = f32x4.pmax(m, at(p));
      p += sB;
    }
    const ok = f32x4.gt(m, f32x4.splat(1.2e-38));
    const r = v128.bitselect(f32x4.div(f32x4.splat(1), m), f32x4.splat(1), ok);
    p = ch;
    for (let c = 0; c < 12; c++) {
      put(p, mul(at(p), r));
      p += sB;
    }
    ch += 16;
  }
}

// The six tonal centroids (Harte 2006) of chroma frames of sum 1.
export function tonnetz(ch: usize, sB: usize, n: i32, phi: usize, out: usize, oB: usize): void {
  for (let t = 0; t < n; t += 4) {
    let p = ch;
    let s = f32x4.splat(0);
    for (let c = 0; c < 12; c++) {
      s = add(s, at(p));
      p += sB;
    }
    const ok = f32x4.gt(s, f32x4.splat(1.2e-38));
    const r = v128.bitselect(f32x4.div(f32x4.splat(1), s), f32x4.splat(1), ok);
    let o = out,
      q = phi;
    for (let i = 0; i < 6; i++) {
      p = ch;
      let a = f32x4.splat(0);
      for (let c = 0; c < 12; c++) {
        a = add(a, mul(splat(q), at(p)));
        q += 4;
        p += sB;
      }
      put(o, mul(a, r));
      o += oB;
    }
    ch += 16;
    out += 16;
  }
}
