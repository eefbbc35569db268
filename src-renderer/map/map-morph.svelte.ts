import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import { indexOfTrack } from '../../src-main/drawing/map/point-data.ts';
import type { PointData } from '../../src-main/drawing/map/point-data.ts';
import { Morph } from './morph.svelte.ts';
import { coloursByTrack, movingPoints, startsOf } from './moving-points.ts';
import type { MovingPoints } from './moving-points.ts';

const MILLISECONDS = 1400;

/** Another map comes by its dots moving to their new places. */
export class MapMorph {
  readonly #morph = new Morph();
  #shown: { mapId: number; points: PointData } | null = null;
  #dots: MovingPoints | null = null;

  /** What moves, as it lies now; null while nothing does. */
  get now(): MovingPoints | null {
    const coordinates = this.#morph.now;
    return coordinates && this.#dots && { ...this.#dots, coordinates };
  }

  /** From where the dots are, be it on their way. */
  show(mapId: number, points: PointData, grouping: Grouping): void {
    const before = this.#shown;
    const from = this.now ?? before?.points;
    this.#shown = { mapId, points };
    if (!from || before?.mapId === mapId) return;
    const colourOf = coloursByTrack(grouping, (id) => indexOfTrack(points, id), '');
    this.#dots = movingPoints(points, points.dims, colourOf);
    this.#morph.start(startsOf(this.#dots, from), this.#dots.coordinates, MILLISECONDS);
  }

  stop(): void {
    this.#morph.stop();
  }
}
