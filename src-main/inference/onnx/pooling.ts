import { graph } from './graph.ts';
import { ELEMENT } from './model.ts';
import type { Model } from './model.ts';

/** How [batch, tokens, dims] becomes [batch, dims]; `first-second-rest` gives [batch, 3 · dims]. */
export type TokenPooling = 'mean' | 'first' | 'first-two-mean' | 'first-second-rest';

/** Since this version of the operators, ReduceMean takes its axes as an input. */
const AXES_AS_INPUT = 18n;

/**
 * A model with one more output, the tokens of `tensor` pooled: what leaves the device is a thousandth of
 * the tokens. `tensor` is float32.
 */
export function withPooledOutput(
  model: Model,
  tensor: string,
  pooling: TokenPooling,
  name: string,
): Model {
  const opset = model.opsets.find(({ domain }) => domain === '')?.version ?? 0n;
  const g = graph('pooled', `${name}/`);
  const token = (index: number): string =>
    g.op('Gather', [tensor, g.ints([index], [])], { axis: 1 });
  const mean = (of: string): string =>
    opset >= AXES_AS_INPUT
      ? g.op('ReduceMean', [of, g.ints([1])], { keepdims: 0 })
      : g.op('ReduceMean', [of], { axes: [1], keepdims: 0 });
  const pools: Record<TokenPooling, () => string> = {
    mean: () => mean(tensor),
    first: () => token(0),
    'first-two-mean': () => mean(g.op('Gather', [tensor, g.ints([0, 1])], { axis: 1 })),
    'first-second-rest': () => {
      const rest = g.op('Slice', [tensor, g.ints([2]), g.ints([2 ** 31]), g.ints([1])]);
      return g.op('Concat', [token(0), token(1), mean(rest)], { axis: 1 });
    },
  };
  g.op('Identity', [pools[pooling]()], {}, name);

  const { nodes, initializers } = g.model().graph;
  const type = { elementType: ELEMENT.float32, shape: null };
  return {
    ...model,
    graph: {
      ...model.graph,
      nodes: [...model.graph.nodes, ...nodes],
      initializers: [...model.graph.initializers, ...initializers],
      outputs: [...model.graph.outputs, { name, type, unknown: [] }],
    },
  };
}
