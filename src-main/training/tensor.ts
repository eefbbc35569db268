import { graph } from '../inference/room.ts';
import type { AttributeValue, GraphBuilder } from '../inference/room.ts';

/** How the gradient of an output is handed on to each input; only what is needed is written. */
type Backward = (gradient: Tensor) => readonly (() => Tensor)[];

interface Step {
  output: Tensor;
  inputs: readonly Tensor[];
  backward: Backward;
}

/** A value of the graph that is being composed: float32 of fixed dimensions. */
export interface Tensor {
  readonly trace: Trace;
  readonly name: string;
  readonly dims: readonly number[];
}

export const sizeOf = (dims: readonly number[]): number => dims.reduce((size, d) => size * d, 1);

/**
 * Writes an ONNX graph of ordinary operators and remembers how each hands gradients back, so that the
 * backward pass becomes part of the same graph (reverse-mode differentiation).
 */
export class Trace {
  readonly graph: GraphBuilder = graph();
  /** Dimensions of the inputs by name. */
  readonly inputs: Record<string, readonly number[]> = {};
  readonly #steps: Step[] = [];
  readonly #constants = new Map<string, string>();

  input(name: string, dims: readonly number[]): Tensor {
    this.graph.input(name, 'float32', [...dims]);
    this.inputs[name] = dims;
    return { trace: this, name, dims };
  }

  output(name: string, tensor: Tensor): void {
    this.graph.op('Identity', [tensor.name], {}, name);
    this.graph.output(name, 'float32', [...tensor.dims]);
  }

  /** One number, as a tensor without dimensions. */
  scalar(value: number): Tensor {
    const name = this.#constant(`f${value}`, () => this.graph.floats([value], []));
    return { trace: this, name, dims: [] };
  }

  /** Numbers as a matrix of one row. */
  row(values: readonly number[]): Tensor {
    const dims = [1, values.length];
    const name = this.#constant(`r${values.join()}`, () => this.graph.floats(values, dims));
    return { trace: this, name, dims };
  }

  /** A list of whole numbers such as axes or a shape; answers its name. */
  integers(values: readonly number[]): string {
    return this.#constant(`i${values.join()}`, () => this.graph.ints([...values]));
  }

  /** Adds a node of one output. Inputs are tensors or names of constants. */
  node(
    operator: string,
    inputs: readonly (Tensor | string)[],
    dims: readonly number[],
    attributes: Record<string, AttributeValue> = {},
  ): Tensor {
    const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
    return { trace: this, name: this.graph.op(operator, names, attributes), dims };
  }

  /** Remembers how the gradient of `output` reaches `inputs`. */
  record(output: Tensor, inputs: readonly Tensor[], backward: Backward): Tensor {
    this.#steps.push({ output, inputs, backward });
    return output;
  }

  /** Adds the backward pass: the gradients of a single number with respect to some tensors. */
  gradients(loss: Tensor, wanted: readonly Tensor[]): Tensor[] {
    const known = new Map<string, Tensor>([[loss.name, this.scalar(1)]]);
    const needed = this.#dependants(wanted);
    for (const { output, inputs, backward } of this.#steps.toReversed()) {
      const gradient = known.get(output.name);
      if (!gradient || !needed.has(output.name)) continue;
      backward(gradient).forEach((makePart, i) => {
        const { name } = inputs[i];
        if (!needed.has(name)) return;
        const part = makePart();
        const before = known.get(name);
        known.set(name, before ? this.node('Add', [before, part], part.dims) : part);
      });
    }
    return wanted.map(
      (tensor) =>
        known.get(tensor.name) ??
        this.node('Expand', [this.scalar(0), this.integers(tensor.dims)], tensor.dims),
    );
  }

  /** Names of everything that is made from the wanted tensors: only they need gradients. */
  #dependants(wanted: readonly Tensor[]): Set<string> {
    const names = new Set(wanted.map(({ name }) => name));
    for (const { output, inputs } of this.#steps) {
      if (inputs.some(({ name }) => names.has(name))) names.add(output.name);
    }
    return names;
  }

  #constant(key: string, add: () => string): string {
    const name = this.#constants.get(key) ?? add();
    this.#constants.set(key, name);
    return name;
  }
}
