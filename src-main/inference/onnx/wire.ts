import { AppError } from '../../base/errors.ts';

/** How a field lies in protobuf: a number of 7-bit groups, 8 bytes, a length and its bytes, 4 bytes. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
type Wire = (typeof WIRE)[keyof typeof WIRE];

/** One field of a message. The payload is spans of the file, never copies: weights take hundreds of megabytes. */
export interface Field {
  number: number;
  wire: Wire;
  /** Without tag and length; several spans where a message was put together anew. */
  payload: readonly Uint8Array[];
}

/** A file that claims more fields in one message is made to exhaust memory. */
const MAX_FIELDS = 1_000_000;

const damaged = (what: string): AppError =>
  new AppError('model-invalid', `This is not a readable ONNX file: ${what}.`);

/** The fields of a message in the order of the file. Throws `model-invalid` for anything but protobuf. */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw damaged('a field ends after the file');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    at = tag.end;
    const number = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n) as Wire;
    if (number < 1 || number > 536_870_911) throw damaged('a field has an impossible number');
    if (fields.length === MAX_FIELDS) throw damaged('it has too many parts');
    fields.push({ number, wire, payload: [readPayload(wire)] });
  }
  return fields;

  function readPayload(wire: Wire): Uint8Array {
    if (wire === WIRE.varint) return take(readVarint(bytes, at).end - at);
    if (wire === WIRE.fixed64) return take(8);
    if (wire === WIRE.fixed32) return take(4);
    if (wire !== WIRE.bytes) throw damaged('a field has an unknown kind');
    const length = readVarint(bytes, at);
    at = length.end;
    if (length.value > BigInt(bytes.length)) throw damaged('a field ends after the file');
    return take(Number(length.value));
  }
}

function readVarint(bytes: Uint8Array, start: number): { value: bigint; end: number } {
  // Nearly all tags and lengths are short: no big numbers on the way.
  let low = 0;
  let at = start;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged('it is cut off');
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: BigInt(low), end: at };
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged('it is cut off');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: at };
  }
  throw damaged('a number does not end');
}

function writeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(left)]);
}

/** The payload of a field that was read, as one span. */
export function bytesOf(field: Field): Uint8Array {
  if (field.wire !== WIRE.bytes) throw damaged('a field has another kind than it should');
  return field.payload.length === 1 ? field.payload[0] : concat(field.payload);
}

export const textOf = (field: Field): string => new TextDecoder().decode(bytesOf(field));

/** A signed 64-bit integer. */
export function integerOf(field: Field): bigint {
  if (field.wire !== WIRE.varint) throw damaged('a field has another kind than it should');
  return BigInt.asIntN(64, readVarint(field.payload[0], 0).value);
}

/** A repeated integer comes one by one or packed into one field. */
export function integersOf(field: Field): bigint[] {
  if (field.wire !== WIRE.bytes) return [integerOf(field)];
  const bytes = bytesOf(field);
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length;) {
    const { value, end } = readVarint(bytes, at);
    values.push(BigInt.asIntN(64, value));
    at = end;
  }
  return values;
}

/** A repeated float32 comes one by one or packed into one field. */
export function floatsOf(field: Field): number[] {
  const [bytes] = field.payload;
  if (field.wire === WIRE.varint || field.wire === WIRE.fixed64 || bytes.length % 4 !== 0) {
    throw damaged('a field has another kind than it should');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}

export const integerField = (number: number, value: bigint | number): Field => ({
  number,
  wire: WIRE.varint,
  payload: [writeVarint(BigInt(value))],
});

export const floatField = (number: number, value: number): Field => ({
  number,
  wire: WIRE.fixed32,
  payload: [new Uint8Array(Float32Array.of(value).buffer)],
});

export const bytesField = (number: number, value: Uint8Array): Field => ({
  number,
  wire: WIRE.bytes,
  payload: [value],
});

export const textField = (number: number, value: string): Field =>
  bytesField(number, new TextEncoder().encode(value));

/** A message as a field of another. */
export const messageField = (number: number, fields: Field[]): Field => ({
  number,
  wire: WIRE.bytes,
  payload: encode(fields),
});

/** Fields go in the order of their numbers, as every protobuf library writes them; repeated ones keep theirs. */
function encode(fields: Field[]): Uint8Array[] {
  const sorted = fields.toSorted((a, b) => a.number - b.number);
  return sorted.flatMap(({ number, wire, payload }) => {
    const tag = writeVarint((BigInt(number) << 3n) | BigInt(wire));
    if (wire !== WIRE.bytes) return [tag, ...payload];
    const length = payload.reduce((sum, span) => sum + span.length, 0);
    return [tag, writeVarint(BigInt(length)), ...payload];
  });
}

/** A whole message as bytes. */
export const writeFields = (fields: Field[]): Uint8Array => concat(encode(fields));

function concat(spans: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(spans.reduce((sum, span) => sum + span.length, 0));
  let at = 0;
  for (const span of spans) {
    whole.set(span, at);
    at += span.length;
  }
  return whole;
}
