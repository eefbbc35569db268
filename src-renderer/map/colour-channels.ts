const known = new Map<string, number[]>();
let painter: CanvasRenderingContext2D | null = null;

/** Red, green and blue from 0 to 255 of any opaque colour of CSS. */
export function channelsOf(colour: string): number[] {
  const before = known.get(colour);
  if (before) return before;
  painter ??= document.createElement('canvas').getContext('2d')!;
  painter.fillStyle = colour; // Comes back as #rrggbb.
  const value = parseInt(painter.fillStyle.slice(1), 16);
  const channels = [16, 8, 0].map((shift) => (value >> shift) & 255);
  known.set(colour, channels);
  return channels;
}
