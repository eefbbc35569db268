import { reshape, sum, multiply, scale } from './operators.ts';
import { sizeOf, Trace } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** How the values of a parameter begin: uniform between -limit and limit, or all the same. */
export type Beginning = { limit: number } | { value: number };

/** Where a parameter lies in the one long vector that holds them all. */
interface Place {
  size: number;
  beginning: Beginning;
}

/** Numbers from 0 inclusive to 1 exclusive. */
export interface RandomNumbers {
  next(): number;
}

/** Parameters as slices of one long input vector, handed out in the order of the layers. */
class ParameterVector {
  readonly leaves: Tensor[] = [];
  readonly #places: Place[] = [];
  readonly #trace: Trace;
  readonly #name: string;
  length = 0;

  constructor(trace: Trace, name: string) {
    this.#trace = trace;
    this.#name = name;
  }

  take(dims: readonly number[], beginning: Beginning): Tensor {
    const size = sizeOf(dims);
    const [start, end] = [
      this.#trace.integers([this.length]),
      this.#trace.integers([this.length + size]),
    ];
    const slice = this.#trace.node('Slice', [this.#name, start, end], [size]);
    const leaf = reshape(slice, dims);
    this.length += size;
    this.#places.push({ size, beginning });
    this.leaves.push(leaf);
    return leaf;
  }

  begin(random: RandomNumbers): Float32Array {
    const values = new Float32Array(this.length);
    let at = 0;
    for (const { size, beginning } of this.#places) {
      for (const end = at + size; at < end; at++) {
        values[at] =
          'value' in beginning ? beginning.value : (2 * random.next() - 1) * beginning.limit;
      }
    }
    return values;
  }
}

/** Values that are drawn anew for every step: 0 or 1 / (1 - rate). */
export interface DropoutMask {
  name: string;
  size: number;
  dims: readonly number[];
  rate: number;
}

/** What the layers of one graph share. */
export class Scope {
  readonly trace = new Trace();
  readonly isTraining: boolean;
  /** Learned by descent. */
  readonly parameters: ParameterVector;
  /** Followed while training, such as means of batches; `newStatistics` are their next values. */
  readonly statistics: ParameterVector;
  readonly newStatistics: Tensor[] = [];
  readonly masks: DropoutMask[] = [];
  /** Added to the loss. */
  readonly penalties: Tensor[] = [];

  constructor(isTraining: boolean) {
    this.isTraining = isTraining;
    this.parameters = new ParameterVector(this.trace, 'parameters');
    this.statistics = new ParameterVector(this.trace, 'statistics');
  }

  /** Punishes large weights: `strength` times the sum of their squares. */
  punish(weights: Tensor, strength: number): void {
    if (strength > 0) this.penalties.push(scale(sum(multiply(weights, weights)), strength));
  }

  mask(dims: readonly number[], rate: number): Tensor {
    const name = `mask${this.masks.length}`;
    this.masks.push({ name, dims, rate, size: sizeOf(dims) });
    return this.trace.input(name, dims);
  }
}
