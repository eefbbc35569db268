import type { Insets } from '../../src-main/drawing/map/camera.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { Size } from './moving-view.svelte.ts';

/** Between the edge of the map and what lies over it. */
const EDGE = 12;
/** Between what lies over the map and the dots. */
const AIR = 8;

/** Sizes in pixels of what lies over a map. */
export interface Covering {
  /** The map itself. */
  map: Size;
  /** Along the upper edge. */
  toolsHeight: number;
  /** From the left edge; 0 without a panel. */
  panelWidth: number;
  /** At the right, below the tools. */
  legend: Size;
  /** Whether the dots keep away from the legend too. */
  isLegendWide: boolean;
  /** The sentence in the lower left corner. */
  fine: Size;
  /** In the lower right corner. */
  controls: Size;
}

const CONTROLS_WIDTH = 54;

/** From the edges, where no dot should lie when all of them are shown. */
export function insetsOf(covering: Covering): Insets {
  const { toolsHeight, panelWidth, legend, isLegendWide, fine } = covering;
  return {
    top: toolsHeight + EDGE + 2 * AIR,
    right: isLegendWide ? legend.width + EDGE + AIR : CONTROLS_WIDTH,
    bottom: fine.height + 18,
    left: Math.max(AIR, panelWidth),
  };
}

/** Where no name should lie. */
export function coveredBoxes(covering: Covering): Box[] {
  const { map, toolsHeight, panelWidth, legend, fine, controls } = covering;
  const fromRight = ({ width }: Size): number => map.width - width - EDGE;
  const fromBelow = ({ height }: Size): number => map.height - height - EDGE;
  return [
    { left: 0, top: 0, width: map.width, height: toolsHeight + EDGE + 4 },
    { left: 0, top: 0, width: panelWidth, height: map.height },
    { left: fromRight(legend), top: toolsHeight + EDGE + AIR, ...legend },
    { left: EDGE, top: fromBelow(fine), ...fine },
    { left: fromRight(controls), top: fromBelow(controls), ...controls },
  ];
}
