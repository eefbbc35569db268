import type { Point } from '../../src-main/drawing/map/camera.ts';
import type { MapData } from './map-data.svelte.ts';
import { MovingView } from './moving-view.svelte.ts';
import { axesOf, betweenGazes, boundsOf, focalOf, inBox, isNearGaze } from './space.ts';
import type { Bounds, Gaze, Vector } from './space.ts';

const START = { alpha: 18, beta: 35 };
/** Degrees for each pixel dragged. */
const TURN = 0.35;
const MAX_ZOOM = 60;
/** A single track is looked at from this part of the distance that shows all. */
const NEAR = 0.4;
/** Radius of what is looked at from nearest, in the box. */
const SMALLEST = 2;

/** What is seen of a map in space. */
export class Orbit extends MovingView<Gaze> {
  bounds = $state.raw<Bounds>(boundsOf([]));
  readonly whole = $derived.by((): Gaze => {
    const { left } = this.insets;
    const distance = this.#distanceFor(1.05 * Math.max(this.bounds.radius, SMALLEST), left);
    return this.#beside({ ...START, distance, centre: [0, 0, 0] }, left);
  });
  readonly zoom = $derived(this.whole.distance / this.view.distance);
  readonly restedZoom = $derived(this.whole.distance / this.rested.distance);
  /** No part of a plane. */
  readonly visible = null;

  constructor() {
    super({ ...START, distance: 200, centre: [0, 0, 0] });
  }

  dragBy(dx: number, dy: number, isAside: boolean): void {
    this.stop();
    const { alpha, beta } = this.view;
    if (isAside) return this.show({ ...this.view, centre: this.#moved(this.view, -dx, -dy) });
    this.show({
      ...this.view,
      alpha: Math.max(-90, Math.min(90, alpha + TURN * dy)),
      beta: beta - TURN * dx,
    });
  }

  zoomAt(factor: number, pixel: Point): void {
    this.stop();
    this.show(this.#zoomed(this.view, factor, pixel));
  }

  zoomBy(factor: number, pixel = { x: this.width / 2, y: this.height / 2 }): void {
    this.flyTo(this.#zoomed(this.next, factor, pixel));
  }

  flyToPlace(place: readonly number[]): void {
    const { alpha, beta, distance } = this.next;
    const near = Math.min(distance, NEAR * this.whole.distance);
    this.#flyTo(
      { alpha, beta, distance: near, centre: inBox(this.bounds, place) },
      this.insets.left,
    );
  }

  /**
   * Brings places of the map into view, from where one looks now.
   * @param coveredLeft pixels that a panel covers at the left
   */
  flyToPlaces(places: readonly (readonly number[])[], coveredLeft: number): void {
    const { centre, radius } = ballAround(places.map((place) => inBox(this.bounds, place)));
    const { alpha, beta } = this.next;
    const distance = this.#distanceFor(1.2 * Math.max(radius, SMALLEST), coveredLeft);
    this.#flyTo({ alpha, beta, distance, centre }, coveredLeft);
  }

  protected measure(maps: readonly MapData[]): void {
    this.bounds = boundsOf(maps.map(({ points }) => points!.coordinates));
  }

  /** ECharts GL keeps the height of what is seen. */
  protected refitted(gaze: Gaze): Gaze {
    return gaze;
  }

  protected between(a: Gaze, b: Gaze, share: number): Gaze {
    return betweenGazes(a, b, share);
  }

  protected isNear(a: Gaze, b: Gaze): boolean {
    return isNearGaze(a, b);
  }

  protected allowed(gaze: Gaze): Gaze {
    const { distance } = this.whole;
    const held = Math.max(distance / MAX_ZOOM, Math.min(2 * distance, gaze.distance));
    return { ...gaze, distance: held };
  }

  #zoomed(gaze: Gaze, factor: number, { x, y }: Point): Gaze {
    const { distance } = gaze;
    const next = this.allowed({ ...gaze, distance: distance / factor });
    const share = 1 - next.distance / distance;
    const [dx, dy] = [(x - this.width / 2) * share, (y - this.height / 2) * share];
    return { ...next, centre: this.#moved(gaze, dx, dy) };
  }

  #flyTo(gaze: Gaze, coveredLeft: number): void {
    this.flyTo(this.#beside(gaze, Math.min(coveredLeft, this.width / 2)));
  }

  /** From where a ball fills what is not covered. */
  #distanceFor(radius: number, coveredLeft: number): number {
    const { top, right, bottom } = this.insets;
    const room = Math.min(this.width - coveredLeft - right, this.height - top - bottom);
    return radius * Math.hypot(1, focalOf(this.height) / (Math.max(50, room) / 2));
  }

  /** With what is looked at in the middle of what is not covered. */
  #beside(gaze: Gaze, coveredLeft: number): Gaze {
    const { top, right, bottom } = this.insets;
    const [dx, dy] = [(right - coveredLeft) / 2, (bottom - top) / 2];
    return { ...gaze, centre: this.#moved(gaze, dx, dy) };
  }

  /** What is looked at after moving by pixels to the right and down. */
  #moved(gaze: Gaze, dx: number, dy: number): Vector {
    const { right, up } = axesOf(gaze);
    const length = gaze.distance / focalOf(this.height);
    return gaze.centre.map((value, d) => value + (right[d] * dx - up[d] * dy) * length) as Vector;
  }
}

/** Few that lie far away from the others may stay outside. */
function ballAround(places: Vector[]): { centre: Vector; radius: number } {
  const centre = [0, 1, 2].map(
    (d) => places.reduce((sum, place) => sum + place[d], 0) / places.length,
  ) as Vector;
  const radii = places.map((place) => Math.hypot(...place.map((value, d) => value - centre[d])));
  return { centre, radius: radii.sort((a, b) => a - b)[Math.floor(0.95 * (places.length - 1))] };
}
