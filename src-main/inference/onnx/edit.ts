import { ATTRIBUTE, ELEMENT, emptyAttribute } from './model.ts';
import type { Model, Node, ValueInfo } from './model.ts';

/** A model in which inner tensors are outputs too, as float32: `names` says which, new name by tensor. */
export function withOutputs(model: Model, names: Map<string, string>): Model {
  const { graph } = model;
  const casts = [...names].map(([tensor, name]) => cast(tensor, name, ELEMENT.float32));
  const outputs: ValueInfo[] = [...names.values()].map((name) => ({
    name,
    type: { elementType: ELEMENT.float32, shape: null },
    unknown: [],
  }));
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...casts],
      outputs: [...graph.outputs, ...outputs],
    },
  };
}

/** A model whose inputs and outputs of half precision take and give float32; the inside stays as it is. */
export function withFloat32Borders(model: Model): Model {
  const { graph } = model;
  // Files of before 2019 list their weights among the inputs.
  const weights = new Set(graph.initializers.map((tensor) => tensor.name));
  const isHalf = ({ name, type }: ValueInfo): boolean =>
    type?.elementType === ELEMENT.float16 && !weights.has(name);
  const borders = [...graph.inputs, ...graph.outputs].filter(isHalf).map((info) => info.name);
  if (borders.length === 0) return model;

  const inner = new Map(borders.map((name) => [name, `${name}/half`]));
  const rename = (name: string): string => inner.get(name) ?? name;
  const halves = graph.inputs.filter(isHalf);
  const wide = (info: ValueInfo): ValueInfo =>
    isHalf(info) ? { ...info, type: { ...info.type!, elementType: ELEMENT.float32 } } : info;
  return {
    ...model,
    graph: {
      ...graph,
      nodes: [
        ...halves.map(({ name }) => cast(name, rename(name), ELEMENT.float16)),
        ...graph.nodes.map((node) => ({
          ...node,
          inputs: node.inputs.map(rename),
          outputs: node.outputs.map(rename),
        })),
        ...graph.outputs
          .filter(isHalf)
          .map(({ name }) => cast(rename(name), name, ELEMENT.float32)),
      ],
      inputs: graph.inputs.map(wide),
      outputs: graph.outputs.map(wide),
    },
  };
}

const cast = (from: string, to: string, elementType: bigint): Node => ({
  name: `Cast/${to}`,
  opType: 'Cast',
  domain: '',
  inputs: [from],
  outputs: [to],
  attributes: [{ ...emptyAttribute('to', ATTRIBUTE.int), integer: elementType }],
  unknown: [],
});
