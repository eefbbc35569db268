/** An ONNX model (opset 13) that adds its input `x`, four float32, to itself: `y`. Written by hand as protobuf. */
export function sumModel(): Uint8Array {
  const shape = message([1, message([1, 4])]);
  const value = (name: string): number[] =>
    message([1, name], [2, message([1, message([1, 1], [2, shape])])]);
  const node = message([1, 'x'], [1, 'x'], [2, 'y'], [4, 'Add']);
  const graph = message([1, node], [2, 'sum'], [11, value('x')], [12, value('y')]);
  return Uint8Array.from(message([1, 8], [7, graph], [8, message([2, 13])]));
}

/** Fields by number: small numbers, texts and messages. */
function message(...fields: [number, number | string | number[]][]): number[] {
  return fields.flatMap(([field, value]) => {
    if (typeof value === 'number') return [field << 3, value];
    const bytes = typeof value === 'string' ? [...Buffer.from(value)] : value;
    if (bytes.length > 127) throw new Error('Lengths of one byte are enough here.');
    return [(field << 3) | 2, bytes.length, ...bytes];
  });
}
