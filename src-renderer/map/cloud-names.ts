import type { Region } from '../../src-main/projection/contract.ts';
import type { Point } from '../../src-main/drawing/map/camera.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import { letter, nameFont } from './lettering.ts';

const MOST = 30;
const AIR = 6;
const HEIGHT = 22;

/** Names of the regions of a 3-D map, the overview first, where there is room for them. */
export function drawCloudNames(
  context: CanvasRenderingContext2D,
  regions: readonly Region[],
  project: (place: number[]) => Point | null,
  covered: Box[],
  colours: { text: string; ground: string },
): void {
  const shown = regions.filter(({ level, count }) => level < 2 && count > 0).slice(0, MOST);
  const choices = shown.map((region): (Box & { region: Region })[] => {
    const middle = project(region.centre);
    if (!middle) return [];
    context.font = nameFont(region.level);
    const width = context.measureText(region.name).width + 2 * AIR;
    const [left, top] = [middle.x - width / 2, middle.y - HEIGHT / 2];
    return [{ region, left, top, width, height: HEIGHT }];
  });
  for (const { region, left, top } of placeBoxes(choices, covered)) {
    const place = { x: left + AIR, y: top + HEIGHT / 2 };
    const ink = { font: nameFont(region.level), colour: colours.text, ground: colours.ground };
    letter(context, region.name, place, ink);
  }
}
