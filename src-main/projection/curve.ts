/** The two parameters of UMAP's closeness on the map: 1 / (1 + a × distance^(2b)). */
export interface Curve {
  a: number;
  b: number;
}

const SAMPLES = 300;

/**
 * Least-squares fit (Levenberg-Marquardt) of the curve to 1 up to `minDist` and exponential decay
 * behind it, as `find_ab_params` of umap-learn. minDist .1 gives a = 1.577, b = .8951.
 */
export function fitCurve(minDist: number, spread = 1): Curve {
  const xs = Float64Array.from({ length: SAMPLES }, (_, i) => (i * spread * 3) / (SAMPLES - 1));
  const ys = xs.map((x) => (x < minDist ? 1 : Math.exp(-(x - minDist) / spread)));
  let curve: Curve = { a: 1.5, b: 0.9 };
  let error = squaredError(xs, ys, curve);
  let damping = 1e-3;
  for (let step = 0; step < 200; step++) {
    const candidate = dampedStep(xs, ys, curve, damping);
    const candidateError = squaredError(xs, ys, candidate);
    if (!(candidateError < error)) {
      damping *= 4;
      continue;
    }
    const gain = error - candidateError;
    curve = candidate;
    error = candidateError;
    damping /= 3;
    if (gain < 1e-12) break;
  }
  return curve;
}

function squaredError(xs: Float64Array, ys: Float64Array, { a, b }: Curve): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += (1 / (1 + a * xs[i] ** (2 * b)) - ys[i]) ** 2;
  return sum;
}

function dampedStep(xs: Float64Array, ys: Float64Array, { a, b }: Curve, damping: number): Curve {
  let aa = 0;
  let ab = 0;
  let bb = 0;
  let ga = 0;
  let gb = 0;
  for (let i = 1; i < xs.length; i++) {
    const power = xs[i] ** (2 * b);
    const value = 1 / (1 + a * power);
    const residual = value - ys[i];
    const da = -power * value * value;
    const db = -a * power * 2 * Math.log(xs[i]) * value * value;
    aa += da * da;
    ab += da * db;
    bb += db * db;
    ga += da * residual;
    gb += db * residual;
  }
  const p = aa * (1 + damping);
  const q = bb * (1 + damping);
  const determinant = p * q - ab * ab;
  return {
    a: a - (q * ga - ab * gb) / determinant,
    b: b - (p * gb - ab * ga) / determinant,
  };
}
