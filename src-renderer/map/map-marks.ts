import type { TrueNeighbour } from '../../src-main/projection/contract.ts';
import type { AppContext } from '../app/context.ts';
import type { MapData } from './map-data.svelte.ts';
import type { Marks } from './overlay.ts';

/** More than a few would be a picture of their own. */
const MOST_MARKED_NEW = 2000;
/** Of the queue, the tracks that come next are joined by a line. */
const ROUTE_LENGTH = 12;

/** Points of the tracks that are on the map. */
export const pointsOf = (data: MapData, ids: readonly number[]): number[] =>
  ids.map((id) => data.indexOf(id)).filter((point) => point >= 0);

/** Points that came since the map was drawn, unless they are many. */
export function addedPoints({ points, placedCount }: MapData): number[] {
  const isFew = points !== null && placedCount > 0 && placedCount <= MOST_MARKED_NEW;
  return isFew ? Array.from(points.placed.keys()).filter((i) => points.placed[i] === 1) : [];
}

/** What the player and the panels beside the map mark on it, and the truth about the track in focus. */
export function sharedMarks(
  data: MapData,
  { player, selection }: Pick<AppContext, 'player' | 'selection'>,
  truth: readonly TrueNeighbour[],
): Pick<Marks, 'queue' | 'neighbours' | 'truth' | 'seed' | 'playing'> {
  const { similarSeeds, neighbourIds } = selection;
  const next = Math.max(0, player.index);
  return {
    queue: pointsOf(data, player.queue.slice(next, player.index + ROUTE_LENGTH)),
    neighbours: pointsOf(data, neighbourIds),
    truth: truth
      .map(({ trackId, isNear }) => ({ point: data.indexOf(trackId), isNear }))
      .filter(({ point }) => point >= 0),
    seed: similarSeeds?.length === 1 ? data.indexOf(similarSeeds[0]) : -1,
    playing: data.indexOf(player.current?.id),
  };
}
