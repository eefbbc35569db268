import type { Graph, Model, Node, Tensor } from './model.ts';

/** Operators that give their first input on unchanged, but for its kind of number. */
const PASSING = new Set(['Cast', 'Identity', 'DequantizeLinear']);

/** Where an operator that is a whole layer norm has its gain. */
const GAIN_INPUT: Record<string, number> = {
  LayerNormalization: 1,
  SkipLayerNormalization: 2,
};

/**
 * The tensors after each layer norm over `dims` values, in the order they are computed: written as one
 * operator or as transformer exports before opset 17 have it (Add(Mul(Div(x - mean, deviation), gain), bias)).
 */
export function layerNormOutputs({ graph }: Model, dims: number): string[] {
  const { producerOf, sizesOf } = indexOf(graph);
  const isGain = (name: string | undefined): boolean => {
    const sizes = name === undefined ? null : sizesOf(name);
    return sizes?.length === 1 && sizes[0] === dims;
  };
  return graph.nodes.filter(endsNorm).map((node) => node.outputs[0]);

  function endsNorm(node: Node): boolean {
    const gain = GAIN_INPUT[node.opType];
    if (gain !== undefined) return isGain(node.inputs[gain]);
    if (node.opType !== 'Add') return false;
    return eitherWay(node, (scaled, bias) => isGain(bias) && isScaled(producerOf(scaled)));
  }

  function isScaled(node: Node | undefined): boolean {
    if (node?.opType !== 'Mul') return false;
    return eitherWay(node, (normal, gain) => isGain(gain) && isNormal(producerOf(normal)));
  }

  function isNormal(node: Node | undefined): boolean {
    if (node?.opType !== 'Div') return false;
    const [centred, deviation] = node.inputs.map(producerOf);
    if (centred?.opType !== 'Sub' || deviation?.opType !== 'Sqrt') return false;
    const variance = producerOf(deviation.inputs[0]);
    return (
      producerOf(centred.inputs[1])?.opType === 'ReduceMean' &&
      variance?.opType === 'Add' &&
      variance.inputs.some((name) => producerOf(name)?.opType === 'ReduceMean')
    );
  }
}

const eitherWay = ({ inputs: [a, b] }: Node, test: (a: string, b: string) => boolean): boolean =>
  test(a, b) || test(b, a);

/** Answers who makes a tensor, past operators that only pass it on, and the sizes of constants. */
function indexOf(graph: Graph): {
  producerOf(name: string): Node | undefined;
  sizesOf(name: string): number[] | null;
} {
  const producers = new Map<string, Node>();
  const constants = new Map<string, Tensor>();
  for (const tensor of graph.initializers) constants.set(tensor.name, tensor);
  for (const node of graph.nodes) {
    for (const name of node.outputs) producers.set(name, node);
    const value = node.opType === 'Constant' ? node.attributes[0]?.tensor : null;
    if (value) constants.set(node.outputs[0], value);
  }

  /** The name behind casts and the like; a ring of them, which no valid file has, ends the search. */
  function source(name: string): string {
    for (let steps = 0; steps < 8; steps++) {
      const node = producers.get(name);
      if (!node || !PASSING.has(node.opType)) break;
      name = node.inputs[0];
    }
    return name;
  }
  return {
    producerOf: (name) => producers.get(source(name)),
    sizesOf: (name) => constants.get(source(name))?.dims.map(Number) ?? null,
  };
}
