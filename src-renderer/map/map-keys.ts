import type { Point } from '../../src-main/drawing/map/camera.ts';

/** What can be done on a map by keyboard. */
export interface MapActions {
  /** To the next dot in a direction: `x` to the right, `y` up. */
  step(direction: Point): unknown;
  /** Moves or turns the map. */
  move(direction: Point): unknown;
  zoomBy(factor: number): unknown;
  fit(): unknown;
  go(steps: 1 | -1): unknown;
  play(): unknown;
  undo(): unknown;
  clear(): unknown;
}

const DIRECTIONS: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};
const ZOOM = 1.6;

/** What a key asks for, if anything. */
export function actionOf(event: KeyboardEvent, actions: MapActions): (() => unknown) | null {
  const { key, altKey, shiftKey } = event;
  const direction = DIRECTIONS[key];
  if (event.ctrlKey || event.metaKey) return key === 'z' ? () => actions.undo() : null;
  if (altKey) return direction?.x ? () => actions.go(direction.x > 0 ? 1 : -1) : null;
  if (direction) return () => (shiftKey ? actions.move(direction) : actions.step(direction));
  if (key === 'Enter') return () => actions.play();
  if (key === '+' || key === '=') return () => actions.zoomBy(ZOOM);
  if (key === '-') return () => actions.zoomBy(1 / ZOOM);
  if (key === '0') return () => actions.fit();
  return key === 'Escape' ? () => actions.clear() : null;
}
