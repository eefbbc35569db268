import type { Region } from '../../src-main/projection/contract.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import type { NameRoom, PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { project } from './space.ts';
import type { Eye } from './space.ts';

const MOST = 30;
const AIR = 6;
const HEIGHT = 22;
/** Between a name and the middle of its region, in pixels, so that it hides few dots. */
const APART = 16;
/** From here on the finest regions are named too. */
const CLOSE = 2.5;

/** Names of the regions of a 3-D map, the overview first, where there is room for them. */
export function placeCloudNames(
  regions: readonly Region[],
  eye: Eye,
  zoom: number,
  { taken, measure }: Pick<NameRoom, 'taken' | 'measure'>,
): PlacedName[] {
  const isNamed = ({ level, count }: Region): boolean => count > 0 && (level < 2 || zoom >= CLOSE);
  const choices = regions.filter(isNamed).flatMap((region): PlacedName[][] => {
    const middle = project(eye, region.centre);
    if (!middle) return [];
    const width = measure(region.name, region.level) + 2 * AIR;
    const isSeen =
      middle.x >= 0 && middle.y >= 0 && middle.x <= eye.width && middle.y <= eye.height;
    if (!isSeen) return [];
    const left = Math.max(AIR, Math.min(eye.width - width - AIR, middle.x - width / 2));
    const tops = [middle.y - APART - HEIGHT, middle.y + APART];
    return [tops.map((top) => ({ region, left, top, width, height: HEIGHT, opacity: 1 }))];
  });
  return placeBoxes(choices.slice(0, MOST), taken);
}
