import type { Curve } from './curve.ts';
import type { EdgeList } from './fuzzy-graph.ts';

export interface LayoutOptions {
  /** n × dims coordinates, changed in place. */
  points: Float32Array;
  dims: 2 | 3;
  edges: EdgeList;
  curve: Curve;
  epochs: number;
  seed: number;
  /** Step size of the first epoch; it falls to zero. */
  learningRate?: number;
  /** The first `frozen` points are never moved. */
  frozen?: number;
}

/** Repelled points per attraction. */
const NEGATIVE_SAMPLES = 5;
/** Largest move along one axis before the step size. */
const CLIP = 4;

/**
 * Stochastic gradient descent of UMAP (McInnes, Healy & Melville 2018, algorithm 5) with gradient
 * coefficients from tables. Yields after every epoch, with the number of epochs done.
 */
export function* layOut(options: LayoutOptions): Generator<number, void> {
  const { points, dims, curve, epochs } = options;
  const frozen = options.frozen ?? 0;
  const rate = options.learningRate ?? 1;
  const schedule = scheduleEdges(options.edges, epochs, frozen);
  const tables = gradientTables(curve);
  const run: EpochState = {
    points,
    count: points.length / dims,
    schedule,
    tables,
    frozen,
    random: Math.imul(options.seed ^ 0x9e3779b9, 0x85ebca6b) || 1,
  };
  const runEpoch = dims === 2 ? runEpoch2d : runEpoch3d;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    runEpoch(run, epoch, rate * (1 - (epoch - 1) / epochs));
    yield epoch;
  }
}

interface Schedule {
  heads: Int32Array;
  tails: Int32Array;
  /** Epochs between two uses of an edge: its weight in the loss. */
  period: Float32Array;
  next: Float32Array;
}

interface EpochState {
  points: Float32Array;
  count: number;
  schedule: Schedule;
  tables: GradientTables;
  frozen: number;
  random: number;
}

function scheduleEdges(
  { heads, tails, weights }: EdgeList,
  epochs: number,
  frozen: number,
): Schedule {
  let largest = 0;
  for (const weight of weights) largest = Math.max(largest, weight);
  const kept: number[] = [];
  for (let e = 0; e < weights.length; e++) {
    if (weights[e] >= largest / epochs && heads[e] >= frozen) kept.push(e);
  }
  const period = Float32Array.from(kept, (e) => largest / weights[e]);
  return {
    heads: Int32Array.from(kept, (e) => heads[e]),
    tails: Int32Array.from(kept, (e) => tails[e]),
    period,
    next: period.slice(),
  };
}

/**
 * Coefficients by the upper bits of the float32 squared distance: exponent and 9 bits of mantissa,
 * 2^-24 to 2^16. The relative error of a coefficient stays below .2 %, far below the noise of the
 * sampling, and a table look-up costs a tenth of `Math.pow`.
 */
interface GradientTables {
  attract: Float32Array;
  repel: Float32Array;
}

const MANTISSA_BITS = 9;
const SHIFT = 23 - MANTISSA_BITS;
const FIRST = (127 - 24) << MANTISSA_BITS;
const TABLE_SIZE = 40 << MANTISSA_BITS;
const LAST = TABLE_SIZE - 1;

function gradientTables({ a, b }: Curve): GradientTables {
  const attract = new Float32Array(TABLE_SIZE);
  const repel = new Float32Array(TABLE_SIZE);
  const value = new Float32Array(1);
  const bits = new Int32Array(value.buffer);
  for (let i = 0; i < TABLE_SIZE; i++) {
    bits[0] = ((i + FIRST) << SHIFT) | (1 << (SHIFT - 1));
    const square = value[0];
    const power = square ** b;
    attract[i] = (-2 * a * b * power) / square / (a * power + 1);
    repel[i] = (2 * b) / ((0.001 + square) * (a * power + 1));
  }
  return { attract, repel };
}

// The two loops below are the whole time of a layout. They are written out per number of dimensions,
// with everything in local variables: a shared form with inner loops takes 2-3 times as long.

function runEpoch2d(run: EpochState, epoch: number, rate: number): void {
  const { points, count, frozen } = run;
  const { heads, tails, period, next } = run.schedule;
  const { attract, repel } = run.tables;
  const value = new Float32Array(1);
  const bits = new Int32Array(value.buffer);
  let random = run.random;
  for (let e = 0; e < heads.length; e++) {
    if (next[e] > epoch) continue;
    next[e] += period[e];
    const i = heads[e];
    const at = 2 * i;
    const to = 2 * tails[e];
    let x = points[at];
    let y = points[at + 1];
    let dx = x - points[to];
    let dy = y - points[to + 1];
    value[0] = dx * dx + dy * dy;
    if (value[0] > 0) {
      let slot = (bits[0] >> SHIFT) - FIRST;
      slot = slot < 0 ? 0 : slot > LAST ? LAST : slot;
      const g = attract[slot];
      const gx = rate * clip(g * dx);
      const gy = rate * clip(g * dy);
      x += gx;
      y += gy;
      if (tails[e] >= frozen) {
        points[to] -= gx;
        points[to + 1] -= gy;
      }
    }
    for (let s = 0; s < NEGATIVE_SAMPLES; s++) {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const other = (random >>> 0) % count;
      if (other === i) continue;
      dx = x - points[2 * other];
      dy = y - points[2 * other + 1];
      value[0] = dx * dx + dy * dy;
      if (!(value[0] > 0)) continue;
      let slot = (bits[0] >> SHIFT) - FIRST;
      slot = slot < 0 ? 0 : slot > LAST ? LAST : slot;
      const g = repel[slot];
      x += rate * clip(g * dx);
      y += rate * clip(g * dy);
    }
    points[at] = x;
    points[at + 1] = y;
  }
  run.random = random;
}

function runEpoch3d(run: EpochState, epoch: number, rate: number): void {
  const { points, count, frozen } = run;
  const { heads, tails, period, next } = run.schedule;
  const { attract, repel } = run.tables;
  const value = new Float32Array(1);
  const bits = new Int32Array(value.buffer);
  let random = run.random;
  for (let e = 0; e < heads.length; e++) {
    if (next[e] > epoch) continue;
    next[e] += period[e];
    const i = heads[e];
    const at = 3 * i;
    const to = 3 * tails[e];
    let x = points[at];
    let y = points[at + 1];
    let z = points[at + 2];
    let dx = x - points[to];
    let dy = y - points[to + 1];
    let dz = z - points[to + 2];
    value[0] = dx * dx + dy * dy + dz * dz;
    if (value[0] > 0) {
      let slot = (bits[0] >> SHIFT) - FIRST;
      slot = slot < 0 ? 0 : slot > LAST ? LAST : slot;
      const g = attract[slot];
      const gx = rate * clip(g * dx);
      const gy = rate * clip(g * dy);
      const gz = rate * clip(g * dz);
      x += gx;
      y += gy;
      z += gz;
      if (tails[e] >= frozen) {
        points[to] -= gx;
        points[to + 1] -= gy;
        points[to + 2] -= gz;
      }
    }
    for (let s = 0; s < NEGATIVE_SAMPLES; s++) {
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const other = (random >>> 0) % count;
      if (other === i) continue;
      dx = x - points[3 * other];
      dy = y - points[3 * other + 1];
      dz = z - points[3 * other + 2];
      value[0] = dx * dx + dy * dy + dz * dz;
      if (!(value[0] > 0)) continue;
      let slot = (bits[0] >> SHIFT) - FIRST;
      slot = slot < 0 ? 0 : slot > LAST ? LAST : slot;
      const g = repel[slot];
      x += rate * clip(g * dx);
      y += rate * clip(g * dy);
      z += rate * clip(g * dz);
    }
    points[at] = x;
    points[at + 1] = y;
    points[at + 2] = z;
  }
  run.random = random;
}

function clip(step: number): number {
  return step > CLIP ? CLIP : step < -CLIP ? -CLIP : step;
}
