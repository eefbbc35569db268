import type { Point } from '../../src-main/drawing/map/camera.ts';

const NAME_FONTS = ['700 15px', '600 13px', '500 12px'].map(
  (font) => `${font} system-ui, sans-serif`,
);

/** Of a region's name, by its level: 0 is the overview. */
export const nameFont = (level: number): string =>
  NAME_FONTS[Math.min(level, NAME_FONTS.length - 1)];

/** Words with an edge in the colour of the ground, so that they are legible on dots. */
export function letter(
  context: CanvasRenderingContext2D,
  words: string,
  { x, y }: Point,
  ink: { font: string; colour: string; ground: string },
): void {
  context.font = ink.font;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.strokeStyle = ink.ground;
  context.lineWidth = 4;
  context.strokeText(words, x, y);
  context.fillStyle = ink.colour;
  context.fillText(words, x, y);
}

/** The beginning of the words that is at most so many pixels wide in the font of the context. */
export function shortened(context: CanvasRenderingContext2D, words: string, most: number): string {
  if (context.measureText(words).width <= most) return words;
  let end = Math.min(words.length, 40);
  while (end > 1 && context.measureText(`${words.slice(0, end)}…`).width > most) end--;
  return `${words.slice(0, end).trimEnd()}…`;
}
