import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const pixels = z.number().int().min(-100_000).max(100_000);
const schema = z.object({
  x: pixels,
  y: pixels,
  width: pixels.min(400),
  height: pixels.min(400),
  isMaximized: z.boolean(),
});

/** Where the window was when it was last closed. */
export type WindowBounds = z.output<typeof schema>;

/** How much of the window's top must be on a display, so that it can be caught with the mouse. */
const VISIBLE = 80;

/** Null where nothing is known, or the display that it was on is gone. */
export function readBounds(file: string, displays: Rectangle[]): WindowBounds | null {
  try {
    const bounds = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return displays.some((area) => isCatchable(bounds, area)) ? bounds : null;
  } catch {
    return null;
  }
}

function isCatchable({ x, y, width }: WindowBounds, area: Rectangle): boolean {
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return across >= VISIBLE && y >= area.y - VISIBLE / 2 && y <= area.y + area.height - VISIBLE;
}

/** Not worth an error: the window then opens where the system puts it. */
export function writeBounds(file: string, bounds: WindowBounds): void {
  try {
    writeFileSync(file, JSON.stringify(bounds));
  } catch {
    return;
  }
}
