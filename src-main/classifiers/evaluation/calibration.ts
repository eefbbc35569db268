import { largest, logOf, probabilitiesOf } from '../probabilities.ts';

const [COOLEST, HOTTEST] = [0.05, 20];
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 60;

/**
 * The temperature by which outputs become honest probabilities (Guo et al. 2017): the one with the least log
 * loss, 0.05 to 20; 1 without items. Of n items, one in n + 2 is taken for wrong (Platt's targets): where all were
 * right, nothing would be too sure, and the first mistake on another track infinitely wrong.
 */
export function fitTemperature(outputs: Float64Array[], classes: ArrayLike<number>): number {
  if (outputs.length === 0) return 1;
  const loss = (log: number): number => {
    const rows = outputs.map((row) => probabilitiesOf(row, Math.exp(log)));
    return smoothedLoss(rows, classes, 1 / (outputs.length + 2));
  };
  let [low, high] = [Math.log(COOLEST), Math.log(HOTTEST)];
  let [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [lossA, lossB] = [loss(a), loss(b)];
  for (let step = 0; step < STEPS; step++) {
    if (lossA < lossB) {
      [high, b, lossB] = [b, a, lossA];
      a = high - GOLDEN * (high - low);
      lossA = loss(a);
    } else {
      [low, a, lossA] = [a, b, lossB];
      b = low + GOLDEN * (high - low);
      lossB = loss(b);
    }
  }
  return Math.exp((low + high) / 2);
}

const NEWTON_STEPS = 100;
const SMALLEST_STEP = 1e-10;

/**
 * The sigmoid by which log odds become honest probabilities of a yes, with Platt's (2000) targets against too much
 * certainty, as scikit-learn's `_sigmoid_calibration`; by Newton's method (Lin, Lin & Weng 2007). Its slope is never
 * negative: where lower outputs are the likelier ones, nothing was learned, and it is flat.
 */
export function fitSigmoid(
  outputs: ArrayLike<number>,
  isOf: readonly boolean[],
): { slope: number; offset: number } {
  const yes = isOf.filter(Boolean).length;
  const [no, count] = [isOf.length - yes, isOf.length];
  const targets = isOf.map((own) => (own ? (yes + 1) / (yes + 2) : 1 / (no + 2)));
  const lossOf = (slope: number, offset: number): number => {
    let loss = 0;
    for (let i = 0; i < count; i++) {
      const z = slope * outputs[i] + offset;
      loss += Math.max(z, 0) - targets[i] * z + Math.log1p(Math.exp(-Math.abs(z)));
    }
    return loss;
  };
  const flat = { slope: 0, offset: Math.log((yes + 1) / (no + 1)) };
  if (new Set(Array.from(outputs)).size < 2) return flat;
  let { slope, offset } = flat;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let [a, b, aa, ab, bb] = [0, 0, 1e-12, 0, 1e-12];
    for (let i = 0; i < count; i++) {
      const p = 1 / (1 + Math.exp(-(slope * outputs[i] + offset)));
      const [error, weight] = [p - targets[i], p * (1 - p)];
      a += error * outputs[i];
      b += error;
      aa += weight * outputs[i] ** 2;
      ab += weight * outputs[i];
      bb += weight;
    }
    const determinant = aa * bb - ab * ab;
    const [towardsA, towardsB] = [(ab * b - bb * a) / determinant, (ab * a - aa * b) / determinant];
    const fall = a * towardsA + b * towardsB;
    const before = lossOf(slope, offset);
    let size = 1;
    while (
      size > SMALLEST_STEP &&
      !(lossOf(slope + size * towardsA, offset + size * towardsB) <= before + 1e-4 * size * fall)
    ) {
      size /= 2;
    }
    if (size <= SMALLEST_STEP) break;
    slope += size * towardsA;
    offset += size * towardsB;
    if (Math.abs(fall) < 1e-14) break;
  }
  return slope > 0 ? { slope, offset } : flat;
}

/** @param doubt the part of every true class that is shared by the others */
function smoothedLoss(rows: Float64Array[], classes: ArrayLike<number>, doubt: number): number {
  let loss = 0;
  rows.forEach((row, i) => {
    row.forEach((p, c) => {
      const target = c === classes[i] ? 1 - doubt : doubt / (row.length - 1);
      loss -= target * logOf(p);
    });
  });
  return loss / rows.length;
}

/** How often what was said with about one certainty is right. */
export interface ReliabilityBin {
  /** Mean certainty, 0 to 1. */
  confidence: number;
  /** Share that was right. */
  accuracy: number;
  count: number;
}

/** Ten bins of equal width by the certainty of the likeliest class; empty ones are left out. */
export function reliabilityOf(
  probabilities: Float64Array[],
  classes: ArrayLike<number>,
): ReliabilityBin[] {
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0, count: 0 }));
  probabilities.forEach((row, i) => {
    const first = largest(row);
    const bin = bins[Math.min(9, Math.floor(row[first] * 10))];
    bin.confidence += row[first];
    bin.right += first === classes[i] ? 1 : 0;
    bin.count++;
  });
  return bins
    .filter(({ count }) => count > 0)
    .map(({ confidence, right, count }) => ({
      confidence: confidence / count,
      accuracy: right / count,
      count,
    }));
}

/** Mean distance of certainty and truth over the bins, weighted by their items: 0 is honest. */
export function calibrationError(bins: ReliabilityBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const off = bins.reduce(
    (sum, { confidence, accuracy, count }) => sum + count * Math.abs(confidence - accuracy),
    0,
  );
  return total === 0 ? 0 : off / total;
}
