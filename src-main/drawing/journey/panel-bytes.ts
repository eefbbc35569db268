/** Bytes at `/journey/:trackId`, panel by panel in their order, each rows × columns. */
export function splitPanels(bytes: Uint8Array): { columns: number; panels: Uint8Array[] } {
  const [columns, count] = new Uint32Array(bytes.slice(0, 8).buffer);
  const rows = new Uint32Array(bytes.slice(8, 8 + 4 * count).buffer);
  let at = 8 + 4 * count;
  const panels = Array.from(rows, (height) => {
    const panel = bytes.subarray(at, at + height * columns);
    at += height * columns;
    return panel;
  });
  return { columns, panels };
}
