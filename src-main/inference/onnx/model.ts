import { AppError } from '../../base/errors.ts';
import {
  bytesField,
  bytesOf,
  floatField,
  floatsOf,
  integerField,
  integerOf,
  integersOf,
  messageField,
  readFields,
  textField,
  textOf,
  writeFields,
} from './wire.ts';
import type { Field } from './wire.ts';

/**
 * ONNX's ModelProto as plain objects. `unknown` keeps every field that is not named here, so that a model
 * which is read and written again has lost nothing; one written by a protobuf library comes out byte for byte.
 */
export interface Model {
  irVersion: bigint;
  opsets: Opset[];
  graph: Graph;
  unknown: Field[];
}
export interface Opset {
  /** '' is ONNX's own. */
  domain: string;
  version: bigint;
}
export interface Graph {
  name: string;
  nodes: Node[];
  initializers: Tensor[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  /** Shapes of inner tensors, where the exporter wrote them. */
  valueInfos: ValueInfo[];
  unknown: Field[];
}
export interface Node {
  name: string;
  opType: string;
  domain: string;
  /** Names of tensors; '' for an optional input that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: Attribute[];
  unknown: Field[];
}
/** The value that `type` names; other kinds (graphs, texts in lists) stay in `unknown`. */
export interface Attribute {
  name: string;
  type: bigint;
  float: number | null;
  integer: bigint | null;
  text: Uint8Array | null;
  tensor: Tensor | null;
  floats: number[];
  integers: bigint[];
  unknown: Field[];
}
export interface Tensor {
  name: string;
  dims: bigint[];
  /** A number of `ELEMENT`. */
  elementType: bigint;
  /** Little-endian values; null where they lie in a typed field or in another file. */
  raw: Uint8Array | null;
  unknown: Field[];
}
export interface ValueInfo {
  name: string;
  /** Null for a tensor of which nothing is known, and for sequences and maps, which stay in `unknown`. */
  type: TensorType | null;
  unknown: Field[];
}
export interface TensorType {
  elementType: bigint;
  /** A number, the name of a free size, or null; the whole is null where the rank is not known. */
  shape: (number | string | null)[] | null;
}

/** TensorProto.DataType, as far as it is used here. */
export const ELEMENT = {
  float32: 1n,
  uint8: 2n,
  int8: 3n,
  int32: 6n,
  int64: 7n,
  bool: 9n,
  float16: 10n,
} as const;
export type ElementName = keyof typeof ELEMENT;

/** AttributeProto.AttributeType. */
export const ATTRIBUTE = {
  float: 1n,
  int: 2n,
  string: 3n,
  tensor: 4n,
  floats: 6n,
  ints: 7n,
} as const;

/** Throws `model-invalid` where the bytes are no ONNX model. Raw weights are spans of `bytes`. */
export function parseModel(bytes: Uint8Array): Model {
  const model = { irVersion: 0n, opsets: [] as Opset[], unknown: [] as Field[] };
  let graph: Graph | null = null;
  for (const field of readFields(bytes)) {
    if (field.number === 1) model.irVersion = integerOf(field);
    else if (field.number === 7) graph = parseGraph(bytesOf(field));
    else if (field.number === 8) model.opsets.push(parseOpset(bytesOf(field)));
    else model.unknown.push(field);
  }
  if (!graph || model.irVersion < 1n) {
    throw new AppError('model-invalid', 'This is not an ONNX model: it holds no network.');
  }
  return { ...model, graph };
}

export function writeModel(model: Model): Uint8Array {
  return writeFields([
    integerField(1, model.irVersion),
    messageField(7, graphFields(model.graph)),
    ...model.opsets.map(({ domain, version }) =>
      messageField(8, [...optionalText(1, domain), integerField(2, version)]),
    ),
    ...model.unknown,
  ]);
}

function parseOpset(bytes: Uint8Array): Opset {
  const opset: Opset = { domain: '', version: 0n };
  for (const field of readFields(bytes)) {
    if (field.number === 1) opset.domain = textOf(field);
    else if (field.number === 2) opset.version = integerOf(field);
  }
  return opset;
}

export function parseGraph(bytes: Uint8Array): Graph {
  const graph: Graph = {
    name: '',
    nodes: [],
    initializers: [],
    inputs: [],
    outputs: [],
    valueInfos: [],
    unknown: [],
  };
  for (const field of readFields(bytes)) {
    if (field.number === 1) graph.nodes.push(parseNode(bytesOf(field)));
    else if (field.number === 2) graph.name = textOf(field);
    else if (field.number === 5) graph.initializers.push(parseTensor(bytesOf(field)));
    else if (field.number === 11) graph.inputs.push(parseValueInfo(bytesOf(field)));
    else if (field.number === 12) graph.outputs.push(parseValueInfo(bytesOf(field)));
    else if (field.number === 13) graph.valueInfos.push(parseValueInfo(bytesOf(field)));
    else graph.unknown.push(field);
  }
  return graph;
}

function graphFields(graph: Graph): Field[] {
  return [
    ...graph.nodes.map((node) => messageField(1, nodeFields(node))),
    ...optionalText(2, graph.name),
    ...graph.initializers.map((tensor) => messageField(5, tensorFields(tensor))),
    ...graph.inputs.map((info) => messageField(11, valueInfoFields(info))),
    ...graph.outputs.map((info) => messageField(12, valueInfoFields(info))),
    ...graph.valueInfos.map((info) => messageField(13, valueInfoFields(info))),
    ...graph.unknown,
  ];
}

export function parseNode(bytes: Uint8Array): Node {
  const node: Node = {
    name: '',
    opType: '',
    domain: '',
    inputs: [],
    outputs: [],
    attributes: [],
    unknown: [],
  };
  for (const field of readFields(bytes)) {
    if (field.number === 1) node.inputs.push(textOf(field));
    else if (field.number === 2) node.outputs.push(textOf(field));
    else if (field.number === 3) node.name = textOf(field);
    else if (field.number === 4) node.opType = textOf(field);
    else if (field.number === 5) node.attributes.push(parseAttribute(bytesOf(field)));
    else if (field.number === 7) node.domain = textOf(field);
    else node.unknown.push(field);
  }
  return node;
}

function nodeFields(node: Node): Field[] {
  return [
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    ...optionalText(3, node.name),
    textField(4, node.opType),
    ...node.attributes.map((attribute) => messageField(5, attributeFields(attribute))),
    ...optionalText(7, node.domain),
    ...node.unknown,
  ];
}

/** An attribute without a value, to be filled. */
export const emptyAttribute = (name: string, type: bigint): Attribute => ({
  name,
  type,
  float: null,
  integer: null,
  text: null,
  tensor: null,
  floats: [],
  integers: [],
  unknown: [],
});

function parseAttribute(bytes: Uint8Array): Attribute {
  const attribute = emptyAttribute('', 0n);
  for (const field of readFields(bytes)) {
    if (field.number === 1) attribute.name = textOf(field);
    else if (field.number === 2) attribute.float = floatsOf(field)[0];
    else if (field.number === 3) attribute.integer = integerOf(field);
    else if (field.number === 4) attribute.text = bytesOf(field);
    else if (field.number === 5) attribute.tensor = parseTensor(bytesOf(field));
    else if (field.number === 7) attribute.floats.push(...floatsOf(field));
    else if (field.number === 8) attribute.integers.push(...integersOf(field));
    else if (field.number === 20) attribute.type = integerOf(field);
    else attribute.unknown.push(field);
  }
  return attribute;
}

function attributeFields(attribute: Attribute): Field[] {
  const { name, type, float, integer, text, tensor, floats, integers, unknown } = attribute;
  return [
    textField(1, name),
    ...(float === null ? [] : [floatField(2, float)]),
    ...(integer === null ? [] : [integerField(3, integer)]),
    ...(text === null ? [] : [bytesField(4, text)]),
    ...(tensor === null ? [] : [messageField(5, tensorFields(tensor))]),
    ...floats.map((value) => floatField(7, value)),
    ...integers.map((value) => integerField(8, value)),
    ...(type === 0n ? [] : [integerField(20, type)]),
    ...unknown,
  ];
}

export function parseTensor(bytes: Uint8Array): Tensor {
  const tensor: Tensor = { name: '', dims: [], elementType: 0n, raw: null, unknown: [] };
  for (const field of readFields(bytes)) {
    if (field.number === 1) tensor.dims.push(...integersOf(field));
    else if (field.number === 2) tensor.elementType = integerOf(field);
    else if (field.number === 8) tensor.name = textOf(field);
    else if (field.number === 9) tensor.raw = bytesOf(field);
    else tensor.unknown.push(field);
  }
  return tensor;
}

function tensorFields({ name, dims, elementType, raw, unknown }: Tensor): Field[] {
  return [
    ...dims.map((dim) => integerField(1, dim)),
    integerField(2, elementType),
    ...optionalText(8, name),
    ...(raw === null ? [] : [bytesField(9, raw)]),
    ...unknown,
  ];
}

function parseValueInfo(bytes: Uint8Array): ValueInfo {
  const info: ValueInfo = { name: '', type: null, unknown: [] };
  for (const field of readFields(bytes)) {
    const type = field.number === 2 ? parseTensorType(bytesOf(field)) : null;
    if (field.number === 1) info.name = textOf(field);
    else if (type) info.type = type;
    else info.unknown.push(field);
  }
  return info;
}

/** Null for anything that is not a tensor or says more than is kept here. */
function parseTensorType(bytes: Uint8Array): TensorType | null {
  const fields = readFields(bytes);
  if (fields.length !== 1 || fields[0].number !== 1) return null;
  const type: TensorType = { elementType: 0n, shape: null };
  for (const field of readFields(bytesOf(fields[0]))) {
    if (field.number === 1) type.elementType = integerOf(field);
    else if (field.number !== 2) return null;
    else type.shape = readFields(bytesOf(field)).map((dim) => parseDim(bytesOf(dim)));
  }
  return type;
}

function parseDim(bytes: Uint8Array): number | string | null {
  for (const field of readFields(bytes)) {
    if (field.number === 1) return Number(integerOf(field));
    if (field.number === 2) return textOf(field);
  }
  return null;
}

function valueInfoFields({ name, type, unknown }: ValueInfo): Field[] {
  return [
    ...optionalText(1, name),
    ...(type ? [messageField(2, typeFields(type))] : []),
    ...unknown,
  ];
}

function typeFields({ elementType, shape }: TensorType): Field[] {
  const dims = shape?.map((dim) => {
    if (typeof dim === 'number') return messageField(1, [integerField(1, dim)]);
    return messageField(1, dim === null ? [] : [textField(2, dim)]);
  });
  return [
    messageField(1, [integerField(1, elementType), ...(dims ? [messageField(2, dims)] : [])]),
  ];
}

const optionalText = (number: number, value: string): Field[] =>
  value === '' ? [] : [textField(number, value)];
