import { largest, logLossOf, probabilitiesOf } from '../probabilities.ts';

const [COOLEST, HOTTEST] = [0.05, 20];
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 60;

/**
 * The temperature by which outputs become honest probabilities (Guo et al. 2017): the one with the least log
 * loss, 0.05 to 20; 1 without items.
 */
export function fitTemperature(outputs: Float64Array[], classes: ArrayLike<number>): number {
  if (outputs.length === 0) return 1;
  const loss = (log: number): number => {
    const temperature = Math.exp(log);
    return logLossOf(
      outputs.map((row) => probabilitiesOf(row, temperature)),
      classes,
    );
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
