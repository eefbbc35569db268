export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * For each thing its first box that overlaps none chosen before; what finds no place is left out, so the
 * most important comes first.
 */
export function placeBoxes<Item extends Box>(choices: Item[][], taken: Box[] = []): Item[] {
  const kept: Item[] = [];
  const isFree = (box: Item): boolean =>
    !taken.some((other) => overlaps(box, other)) && !kept.some((other) => overlaps(box, other));
  for (const boxes of choices) {
    const free = boxes.find(isFree);
    if (free) kept.push(free);
  }
  return kept;
}

export const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

/** What two boxes share; of no size where they lie apart. */
export function common(a: Box, b: Box): Box {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(0, Math.min(a.left + a.width, b.left + b.width) - left),
    height: Math.max(0, Math.min(a.top + a.height, b.top + b.height) - top),
  };
}
