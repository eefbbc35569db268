import { ATTRIBUTE, ELEMENT, emptyAttribute, writeModel } from './model.ts';
import type { Attribute, ElementName, Model, Node, Tensor, ValueInfo } from './model.ts';

/** What ONNX Runtime 1.30 and every exporter of the last years know. */
const OPSET = 17n;
const IR_VERSION = 8n;

/** A number whose attribute is a float although it may be whole. */
interface Float {
  float: number | number[];
}
export const float = (value: number | number[]): Float => ({ float: value });

/** Numbers are integers unless wrapped by `float`; booleans are 0 and 1, as ONNX has them. */
export type AttributeValue = number | number[] | boolean | string | Float | { tensor: Tensor };

/** A size, or the name of one that is free. */
export type Dims = (number | string)[];

/**
 * Composes a network from ONNX's operators (opset 17). Tensors are known by their names, which every
 * function returns; the runtime checks the whole when a session is made of it.
 */
export interface GraphBuilder {
  input(name: string, element: ElementName, dims: Dims): string;
  /** Values of any kind, row-major; they are not copied. */
  constant(values: Values, dims: number[], name?: string): string;
  /** Weights, row-major. */
  floats(values: ArrayLike<number>, dims: number[], name?: string): string;
  /** Indices and shapes; a list without `dims` is a vector. */
  ints(values: number[], dims?: number[], name?: string): string;
  /** A node of one output. A missing optional input is ''. */
  op(
    type: string,
    inputs: string[],
    attributes?: Record<string, AttributeValue>,
    output?: string,
  ): string;
  /** A node of several outputs, named or counted. */
  node(
    type: string,
    inputs: string[],
    attributes: Record<string, AttributeValue>,
    outputs: string[] | number,
  ): string[];
  /** Says that a tensor is an output; it keeps its name. */
  output(name: string, element: ElementName, dims: Dims): void;
  model(): Model;
  bytes(): Uint8Array;
}

type Values = Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;

/** @param prefix before the names that are made up, for a part of a larger network */
export function graph(name = 'network', prefix = ''): GraphBuilder {
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  let lastNumber = 0;
  const fresh = (stem: string): string => `${prefix}${stem}_${++lastNumber}`;

  const model = (): Model => ({
    irVersion: IR_VERSION,
    opsets: [{ domain: '', version: OPSET }],
    graph: { name, nodes, initializers, inputs, outputs, valueInfos: [], unknown: [] },
    unknown: [],
  });

  const builder: GraphBuilder = {
    input: (inputName, element, dims) => {
      inputs.push(valueInfo(inputName, element, dims));
      return inputName;
    },
    constant: (values, dims, constantName = fresh('constant')) => {
      initializers.push(tensor(constantName, dims, values));
      return constantName;
    },
    floats: (values, dims, weightName) =>
      builder.constant(Float32Array.from(values), dims, weightName),
    ints: (values, dims = [values.length], intsName) =>
      builder.constant(BigInt64Array.from(values, BigInt), dims, intsName),
    op: (type, from, attributes = {}, outputName = fresh(type)) =>
      builder.node(type, from, attributes, [outputName])[0],
    node: (opType, from, attributes, to) => {
      const names = typeof to === 'number' ? Array.from({ length: to }, () => fresh(opType)) : to;
      nodes.push({
        name: `${opType}/${names[0]}`,
        opType,
        domain: '',
        inputs: from,
        outputs: names,
        attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
        unknown: [],
      });
      return names;
    },
    output: (outputName, element, dims) => void outputs.push(valueInfo(outputName, element, dims)),
    model,
    bytes: () => writeModel(model()),
  };
  return builder;
}

const valueInfo = (name: string, element: ElementName, dims: Dims): ValueInfo => ({
  name,
  type: { elementType: ELEMENT[element], shape: dims },
  unknown: [],
});

/** float32, row-major, for an attribute; throws where the count does not fit the sizes. */
export const floatTensor = (values: ArrayLike<number>, dims: number[]): Tensor =>
  tensor('', dims, Float32Array.from(values));

function tensor(name: string, dims: number[], values: Values): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (count !== values.length) {
    throw new RangeError(`${values.length} values do not fill [${dims.join(', ')}] of ${name}.`);
  }
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: dims.map(BigInt), elementType: elementOf(values), raw, unknown: [] };
}

function elementOf(values: Values): bigint {
  if (values instanceof Float32Array) return ELEMENT.float32;
  if (values instanceof BigInt64Array) return ELEMENT.int64;
  if (values instanceof Int32Array) return ELEMENT.int32;
  return values instanceof Uint8Array ? ELEMENT.uint8 : ELEMENT.int8;
}

function attribute(name: string, value: AttributeValue): Attribute {
  const of = (type: bigint, rest: Partial<Attribute>): Attribute => ({
    ...emptyAttribute(name, type),
    ...rest,
  });
  if (typeof value === 'string') {
    return of(ATTRIBUTE.string, { text: new TextEncoder().encode(value) });
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return of(ATTRIBUTE.int, { integer: BigInt(value) });
  }
  if (Array.isArray(value)) return of(ATTRIBUTE.ints, { integers: value.map(BigInt) });
  if ('tensor' in value) return of(ATTRIBUTE.tensor, { tensor: value.tensor });
  if (Array.isArray(value.float)) return of(ATTRIBUTE.floats, { floats: value.float });
  return of(ATTRIBUTE.float, { float: value.float });
}
