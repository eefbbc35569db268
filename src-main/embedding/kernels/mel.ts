// AssemblyScript. Mel bands of real frames, two at a time in the lanes of f64; built into resources/wasm/mel.wasm.
// Single precision would show in the quiet bands of a front-end. An element of a complex row is two vectors: its
// real parts and, 16 bytes on, its imaginary parts. All pointers are bytes.

// |X|² at the bins 0 … half of two frames of 2 · `half` samples. `a` holds them sample by sample, by turns; `a` and
// `b` are overwritten. `turns`: (cos, -sin) of the transform's passes; `halfTurns`: of πk/half, from k = 0.
export function powerOfPair(
  a: usize,
  b: usize,
  half: i32,
  turns: usize,
  halfTurns: usize,
  power: usize,
): void {
  let count = half;
  let stride: usize = 32;
  while (count >= 4) {
    count >>= 2;
    fourfold(a, b, count, stride, turns);
    turns += (count as usize) * 48;
    stride <<= 2;
    const last = a;
    a = b;
    b = last;
  }
  if (count == 2) {
    twofold(a, b, stride);
    a = b;
  }
  powerOfReal(a, half, halfTurns, power);
}

// One pass of Stockham's transform: `count` groups of four rows that are `stride` bytes long.
function fourfold(x: usize, y: usize, count: i32, stride: usize, turns: usize): void {
  const step = stride * (count as usize);
  for (let group = 0; group < count; group++, turns += 48, y += 3 * stride) {
    for (const end = x + stride; x < end; x += 32, y += 32) {
      const b = x + step,
        c = b + step,
        d = c + step;
      const sumRe = plus(re(x), re(c)),
        sumIm = plus(im(x), im(c)),
        lessRe = minus(re(x), re(c)),
        lessIm = minus(im(x), im(c));
      const otherRe = plus(re(b), re(d)),
        otherIm = plus(im(b), im(d)),
        turnedRe = minus(im(b), im(d)),
        turnedIm = minus(re(d), re(b));
      put(y, plus(sumRe, otherRe), plus(sumIm, otherIm));
      turn(y + stride, plus(lessRe, turnedRe), plus(lessIm, turnedIm), turns, group);
      turn(y + 2 * stride, minus(sumRe, otherRe), minus(sumIm, otherIm), turns + 16, group);
      turn(y + 3 * stride, minus(lessRe, turnedRe), minus(lessIm, turnedIm), turns + 32, group);
    }
  }
}

function twofold(x: usize, y: usize, stride: usize): void {
  for (const end = x + stride; x < end; x += 32, y += 32) {
    const b = x + stride;
    put(y, plus(re(x), re(b)), plus(im(x), im(b)));
    put(y + stride, minus(re(x), re(b)), minus(im(x), im(b)));
  }
}

// The even samples were taken as real parts and the odd ones as imaginary parts; bins k and half - k share their sums.
function powerOfReal(z: usize, half: i32, turns: usize, power: usize): void {
  const quarter = f64x2.splat(0.25);
  let q = z + ((half as usize) << 5);
  let mirrored = power + ((half as usize) << 4);
  const first = plus(re(z), im(z)),
    last = minus(re(z), im(z));
  v128.store(power, times(first, first));
  v128.store(mirrored, times(last, last));
  for (let k = 1; k <= half >> 1; k++) {
    z += 32;
    q -= 32;
    turns += 16;
    power += 16;
    mirrored -= 16;
    const cos = v128.load64_splat(turns),
      sin = v128.load64_splat(turns, 8);
    const evenRe = plus(re(z), re(q)),
      evenIm = minus(im(z), im(q)),
      oddRe = plus(im(z), im(q)),
      oddIm = minus(re(q), re(z));
    const turnedRe = minus(times(cos, oddRe), times(sin, oddIm)),
      turnedIm = plus(times(cos, oddIm), times(sin, oddRe));
    const a = squares(plus(evenRe, turnedRe), plus(evenIm, turnedIm)),
      b = squares(minus(evenRe, turnedRe), minus(evenIm, turnedIm));
    v128.store(mirrored, times(quarter, b));
    v128.store(power, times(quarter, a));
  }
}

export function toMagnitude(power: usize, bins: i32): void {
  for (const end = power + ((bins as usize) << 4); power < end; power += 16) {
    v128.store(power, f64x2.sqrt(v128.load(power)));
  }
}

// `bands`: first bin and number of bins of each of `count` bands; their weights stand in a row.
export function melBands(
  spectrum: usize,
  bands: usize,
  weights: usize,
  count: i32,
  out: usize,
): void {
  for (let band = 0; band < count; band++, bands += 8, out += 16) {
    let bin = spectrum + ((load<i32>(bands) as usize) << 4);
    let sum = f64x2.splat(0);
    for (const end = bin + ((load<i32>(bands, 4) as usize) << 4); bin < end; bin += 16) {
      sum = plus(sum, times(v128.load64_splat(weights), v128.load(bin)));
      weights += 8;
    }
    v128.store(out, sum);
  }
}

function re(p: usize): v128 {
  return v128.load(p);
}

function im(p: usize): v128 {
  return v128.load(p, 16);
}

function put(p: usize, real: v128, imaginary: v128): void {
  v128.store(p, real);
  v128.store(p, imaginary, 16);
}

function turn(p: usize, real: v128, imaginary: v128, by: usize, group: i32): void {
  if (group == 0) return put(p, real, imaginary);
  const cos = v128.load64_splat(by),
    sin = v128.load64_splat(by, 8);
  put(
    p,
    minus(times(cos, real), times(sin, imaginary)),
    plus(times(cos, imaginary), times(sin, real)),
  );
}

function squares(a: v128, b: v128): v128 {
  return plus(times(a, a), times(b, b));
}

function plus(a: v128, b: v128): v128 {
  return f64x2.add(a, b);
}

function minus(a: v128, b: v128): v128 {
  return f64x2.sub(a, b);
}

function times(a: v128, b: v128): v128 {
  return f64x2.mul(a, b);
}
