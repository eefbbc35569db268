import type { Region } from '../../projection/contract.ts';
import { toPixel } from './camera.ts';
import type { Extent, Point, View } from './camera.ts';
import type { DotDensity } from './dot-density.ts';
import { islandAt } from './islands.ts';
import { common, overlaps, placeBoxes } from './place-boxes.ts';
import type { Box } from './place-boxes.ts';

/** A region with the box around its outlines. */
export interface NamedRegion {
  region: Region;
  extent: Extent;
  /** Around each of its outlines. */
  rings: Extent[];
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
  /** Radius of a dot in pixels. */
  dot: number;
  density: DotDensity;
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
/** A name over an island lower than so many pixels would hide much of it. */
const SMALL = 44;
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
    .map((region) => ({ region, extent: extentOfRegion(region), rings: ringsOf(region) }))
    .sort((a, b) => a.region.level - b.region.level || b.region.count - a.region.count);
}

export function extentOfRegion({ centre, contours }: Region): Extent {
  const [x, y] = centre;
  return contours.reduce<Extent>((extent, ring) => around(ring, extent), [x, x, y, y]);
}

const ringsOf = ({ contours }: Region): Extent[] =>
  contours.map((ring) => around(ring, [Infinity, -Infinity, Infinity, -Infinity]));

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

/**
 * The names that the zoom lets in and that overlap nothing; the more important ones win. They stand where they
 * hide the fewest dots of others; names of the overview hide a small island only where they find no other place,
 * further ones never.
 */
export function placeNames(regions: readonly NamedRegion[], room: NameRoom): PlacedName[] {
  const shown = regions.flatMap((named, rank) => {
    const { region, extent, rings } = named;
    const [left, right, bottom, top] = extent;
    const wide = Math.max(right - left, top - bottom) * room.view.scale;
    const opacity = nameOpacity(wide, Math.max(room.width, room.height), rank);
    const densest = toPixel(room.view, { x: region.centre[0], y: region.centre[1] });
    if (opacity === 0 || !isInside(densest, room)) return [];
    return [
      {
        region,
        opacity,
        densest,
        island: islandAt(rings, region.centre, room.view, room.dot),
      },
    ];
  });
  const small = shown.map(({ island }) => island).filter(({ height }) => height < SMALL);
  const choices = shown.map((name) => {
    const hidden = (place: PlacedName): number => {
      const reached = grown(place, room.dot);
      const own = common(reached, name.island);
      return room.density.under(reached, room.view) - room.density.under(own, room.view);
    };
    const places = namePlaces(name, room)
      .map((place) => ({ place, hides: hidden(place) }))
      .sort((a, b) => a.hides - b.hides)
      .map(({ place }) => place);
    const clear = places.filter((place) => !small.some((island) => overlaps(place, island)));
    return name.region.level === 0 ? [...clear, ...places] : clear;
  });
  return placeBoxes(choices, room.taken);
}

const grown = ({ left, top, width, height }: Box, by: number): Box => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

const isInside = ({ x, y }: Point, { width, height }: NameRoom): boolean =>
  x >= 0 && x <= width && y >= 0 && y <= height;

const isRoomy = ({ height }: Box): boolean => height >= ROOMY;

/**
 * 0 to 1, by the width of a region and of the screen in pixels.
 * @param rank place in the order of importance, from 0
 */
export function nameOpacity(wide: number, screen: number, rank: number): number {
  const comes = rank < ALWAYS ? 1 : ramp(wide, ...COMES);
  return comes * (1 - ramp(wide / screen, ...GOES));
}

interface ShownName {
  region: Region;
  opacity: number;
  densest: Point;
  /** In pixels. */
  island: Box;
}

/** Where the name may stand, the best place first. */
function namePlaces({ region, opacity, densest, island }: ShownName, room: NameRoom): PlacedName[] {
  const size = {
    width: room.measure(region.name, region.level) + 2 * AIR,
    height: HEIGHTS[Math.min(region.level, HEIGHTS.length - 1)],
  };
  const middle = { x: island.left + island.width / 2, y: island.top + island.height / 2 };
  const inside = { x: densest.x, y: densest.y - size.height / 2 };
  // Above and below, in the middle and flush with either side; then a line further away.
  const reach = Math.max(0, size.width - island.width) / 2;
  const over = [0, size.height].flatMap((away) =>
    [island.top - size.height - away, island.top + island.height + away].flatMap((y) =>
      [0, reach, -reach].map((shift) => ({ x: middle.x + shift, y })),
    ),
  );
  const away = (island.width + size.width) / 2;
  const beside = [0, -size.height, size.height].flatMap((drop) =>
    [away, -away].map((shift) => ({
      x: middle.x + shift,
      y: middle.y - size.height / 2 + drop,
    })),
  );
  const places = isRoomy(island) ? [inside, ...over] : [...over, ...beside, inside];
  return places
    .map(({ x, y }) => ({
      x: Math.max(4, Math.min(room.width - size.width - 4, x - size.width / 2)),
      y,
    }))
    .filter(({ y }) => y >= 0 && y <= room.height - size.height)
    .map(({ x, y }) => ({ region, opacity, left: x, top: y, ...size }));
}

const ramp = (value: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (value - from) / (to - from)));
