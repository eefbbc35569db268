import { AppError } from '../base/errors.ts';

/** "EARN", then the version of the layout. */
const MAGIC = 0x4e524145;
const VERSION = 1;
const PREFIX_BYTES = 12;

/**
 * A network as bytes: magic, version and length of the header (Uint32 each, little-endian), the header as
 * JSON padded with spaces to a multiple of 4, then the arrays as float32, in their order.
 */
export function packNetwork(header: object, arrays: readonly Float32Array[]): Uint8Array {
  const text = JSON.stringify({ ...header, lengths: arrays.map(({ length }) => length) });
  const encoded = new TextEncoder().encode(text);
  const headerBytes = Math.ceil(encoded.length / 4) * 4;
  const floats = arrays.reduce((total, { length }) => total + length, 0);
  const bytes = new Uint8Array(PREFIX_BYTES + headerBytes + 4 * floats);
  new Uint32Array(bytes.buffer, 0, 3).set([MAGIC, VERSION, headerBytes]);
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  bytes.set(encoded, PREFIX_BYTES);
  let at = PREFIX_BYTES + headerBytes;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** @throws AppError `model-invalid` where the bytes are not what `packNetwork` writes */
export function unpackNetwork(packed: Uint8Array): { header: unknown; arrays: Float32Array[] } {
  try {
    const bytes = new Uint8Array(packed); // A copy, aligned to 4 bytes; that of a Buffer would be a view.
    const [magic, version, headerBytes] = new Uint32Array(bytes.buffer, 0, 3);
    if (magic !== MAGIC || version !== VERSION) throw new RangeError('another format');
    const text = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes));
    const header = JSON.parse(text) as { lengths: number[] };
    let at = PREFIX_BYTES + headerBytes;
    const arrays = header.lengths.map((length) => {
      const array = new Float32Array(bytes.buffer, at, length);
      at += 4 * length;
      return array;
    });
    if (at !== bytes.length) throw new RangeError('another length');
    return { header, arrays };
  } catch (cause) {
    const message = 'This trained network cannot be read: it is damaged or from another version.';
    throw new AppError('model-invalid', message, { cause });
  }
}
