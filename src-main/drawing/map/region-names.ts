import type { Region } from '../../projection/contract.ts';
import { toPixel } from './camera.ts';
import type { Extent, View } from './camera.ts';
import { placeBoxes } from './place-boxes.ts';
import type { Box } from './place-boxes.ts';

/** A region with the box around its outlines. */
export interface NamedRegion {
  region: Region;
  extent: Extent;
  /** Around the one outline that holds its densest place; its name goes there. */
  island: Extent;
}

/** A region's name where it is drawn, in pixels. */
export interface PlacedName extends Box {
  region: Region;
  /** 0 to 1: names come and go softly with the zoom. */
  opacity: number;
}

export interface NameRoom {
  view: View;
  width: number;
  height: number;
  /** Where something else lies. */
  taken: Box[];
  /** Width of a text in pixels, in the font of a level. */
  measure(text: string, level: number): number;
}

/** So many of the most important are named wherever there is room. */
const ALWAYS = 14;
/** Others are named when the region is this wide on the screen, in pixels; … */
const COMES = [20, 30] as const;
/** … and every name goes when its region is this many times as wide as the screen. */
const GOES = [1.1, 1.8] as const;
/** Islands higher than so many pixels carry their name in the middle, others above or below. */
const ROOMY = 200;
const AIR = 8;
const HEIGHTS = [24, 21, 19];

/**
 * Regions in order of importance: the overview first, and the largest first. What says no more than its
 * parent, because it holds the same tracks, is left out. Of a map in 2-D.
 */
export function namedRegions(regions: readonly Region[]): NamedRegion[] {
  const byId = new Map(regions.map((region) => [region.id, region]));
  const saysMore = ({ parentId, count }: Region): boolean =>
    parentId === null || byId.get(parentId)?.count !== count;
  return regions
    .filter((region) => region.count > 0 && saysMore(region))
    .map((region) => ({ region, extent: extentOfRegion(region), island: islandOf(region) }))
    .sort((a, b) => a.region.level - b.region.level || b.region.count - a.region.count);
}

export function extentOfRegion({ centre, contours }: Region): Extent {
  const [x, y] = centre;
  return contours.reduce<Extent>((extent, ring) => around(ring, extent), [x, x, y, y]);
}

function islandOf({ centre, contours }: Region): Extent {
  const [x, y] = centre;
  const boxes = contours.map((ring) => around(ring, [Infinity, -Infinity, Infinity, -Infinity]));
  const holding = boxes.find(
    ([left, right, bottom, top]) => x >= left && x <= right && y >= bottom && y <= top,
  );
  return holding ?? [x, x, y, y];
}

function around(ring: readonly number[], box: Extent): Extent {
  let [left, right, bottom, top] = box;
  for (let i = 0; i < ring.length; i += 2) {
    left = Math.min(left, ring[i]);
    right = Math.max(right, ring[i]);
    bottom = Math.min(bottom, ring[i + 1]);
    top = Math.max(top, ring[i + 1]);
  }
  return [left, right, bottom, top];
}

/** The names that the zoom lets in and that overlap nothing; the more important ones win. */
export function placeNames(regions: readonly NamedRegion[], room: NameRoom): PlacedName[] {
  return placeBoxes(
    regions.map((named, rank) => namePlaces(named, room, rank)),
    room.taken,
  );
}

/**
 * 0 to 1, by the width of a region and of the screen in pixels.
 * @param rank place in the order of importance, from 0
 */
export function nameOpacity(wide: number, screen: number, rank: number): number {
  const comes = rank < ALWAYS ? 1 : ramp(wide, ...COMES);
  return comes * (1 - ramp(wide / screen, ...GOES));
}

/** Where the name may stand, the best place first. */
function namePlaces(
  { region, extent, island }: NamedRegion,
  room: NameRoom,
  rank: number,
): PlacedName[] {
  const { view, width, height } = room;
  const [left, right, bottom, top] = extent;
  const wide = Math.max(right - left, top - bottom) * view.scale;
  const opacity = nameOpacity(wide, Math.max(width, height), rank);
  if (opacity === 0) return [];
  const densest = toPixel(view, { x: region.centre[0], y: region.centre[1] });
  if (densest.x < 0 || densest.x > width || densest.y < 0 || densest.y > height) return [];
  const size = {
    width: room.measure(region.name, region.level) + 2 * AIR,
    height: HEIGHTS[Math.min(region.level, HEIGHTS.length - 1)],
  };
  const upper = toPixel(view, { x: (island[0] + island[1]) / 2, y: island[3] });
  const lower = toPixel(view, { x: 0, y: island[2] });
  const inside = { x: densest.x, y: densest.y - size.height / 2 };
  // Above and below, in the middle and flush with either side.
  const reach = Math.max(0, size.width - (island[1] - island[0]) * view.scale) / 2;
  const outside = [upper.y - size.height, lower.y].flatMap((y) =>
    [0, reach, -reach].map((shift) => ({ x: upper.x + shift, y })),
  );
  const places = lower.y - upper.y >= ROOMY ? [inside, ...outside] : [...outside, inside];
  return places
    .filter(({ y }) => y >= 0 && y <= height - size.height)
    .map(({ x, y }) => ({
      region,
      opacity,
      left: Math.max(4, Math.min(width - size.width - 4, x - size.width / 2)),
      top: y,
      ...size,
    }));
}

const ramp = (value: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (value - from) / (to - from)));
