import type { Region } from '../../src-main/projection/contract.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { NameRoom, PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { project } from './space.ts';
import type { Eye } from './space.ts';

const MOST = 30;
const AIR = 6;
const HEIGHT = 22;
/** Between a name and the middle of its region, in pixels: a little, or more where that hides dots. */
const APART = [16, 34];
/** From here on the finest regions are named too. */
const CLOSE = 2.5;

export interface CloudRoom extends Pick<NameRoom, 'taken' | 'measure'> {
  eye: Eye;
  zoom: number;
  /** How many dots are in a box. */
  dotsIn(box: Box): number;
}

/**
 * Names of the regions of a 3-D map, the overview first, where there is room for them: above or below, where they
 * hide the fewest dots.
 */
export function placeCloudNames(regions: readonly Region[], room: CloudRoom): PlacedName[] {
  const { eye, zoom, taken } = room;
  const isNamed = ({ level, count }: Region): boolean => count > 0 && (level < 2 || zoom >= CLOSE);
  const shown = regions.filter(isNamed).flatMap((region) => {
    const middle = project(eye, region.centre);
    const isSeen = middle && middle.x >= 0 && middle.x <= eye.width;
    return isSeen && middle.y >= 0 && middle.y <= eye.height ? [{ region, middle }] : [];
  });
  const choices = shown.slice(0, MOST).map(({ region, middle }) => {
    const width = room.measure(region.name, region.level) + 2 * AIR;
    const left = Math.max(AIR, Math.min(eye.width - width - AIR, middle.x - width / 2));
    return APART.flatMap((apart) => [middle.y - apart - HEIGHT, middle.y + apart])
      .map((top) => ({ region, left, top, width, height: HEIGHT, opacity: 1 }))
      .map((place) => ({ place, hides: room.dotsIn(place) }))
      .sort((a, b) => a.hides - b.hides)
      .map(({ place }) => place);
  });
  return placeBoxes(choices, taken);
}
