import {
  between,
  centreOn,
  fitView,
  isNear,
  toMap,
  unionOf,
  visibleExtent,
  zoomAt,
} from '../../src-main/drawing/map/camera.ts';
import type { Extent, Point, View } from '../../src-main/drawing/map/camera.ts';
import type { MapData } from './map-data.svelte.ts';
import { MovingView } from './moving-view.svelte.ts';
import type { Size } from './moving-view.svelte.ts';

const MAX_ZOOM = 400;

/** What is seen of a flat map. */
export class Camera extends MovingView<View> {
  #extent = $state.raw<Extent>([-1, 1, -1, 1]);
  readonly whole = $derived(fitView(this.#extent, this.width, this.height, this.insets));
  readonly zoom = $derived(this.view.scale / this.whole.scale);
  readonly restedZoom = $derived(this.rested.scale / this.whole.scale);

  constructor() {
    super({ scale: 1, offsetX: 0, offsetY: 0 });
  }

  dragBy(dx: number, dy: number): void {
    const { scale, offsetX, offsetY } = this.view;
    this.stop();
    this.show({ scale, offsetX: offsetX + dx, offsetY: offsetY + dy });
  }

  zoomAt(factor: number, pixel: Point): void {
    this.stop();
    this.show(this.#zoomed(this.view, factor, pixel));
  }

  zoomBy(factor: number, pixel = this.#middle): void {
    this.flyTo(this.#zoomed(this.next, factor, pixel));
  }

  flyToPlace(place: Point, leastZoom = 2.5): void {
    const scale = Math.max(this.next.scale, this.whole.scale * leastZoom);
    this.flyTo(centreOn(place, scale, this.width, this.height));
  }

  /**
   * Brings a part of the map into view, with air around it.
   * @param coveredLeft pixels that a panel covers at the left
   */
  flyToExtent([left, right, bottom, top]: Extent, coveredLeft: number): void {
    const air = 0.15 * Math.max(right - left, top - bottom, 1e-6);
    const wanted: Extent = [left - air, right + air, bottom - air, top + air];
    const insets = { ...this.insets, left: Math.min(coveredLeft, this.width / 2) };
    this.flyTo(fitView(wanted, this.width, this.height, insets));
  }

  centreAt(place: Point): void {
    this.stop();
    this.show(centreOn(place, this.view.scale, this.width, this.height));
  }

  /** Part of the map that is seen. */
  get visible(): Extent {
    return visibleExtent(this.view, this.width, this.height);
  }

  protected measure(maps: readonly MapData[]): void {
    this.#extent = maps.map(({ extent }) => extent).reduce(unionOf);
  }

  /** Keeps the place in the middle. */
  protected refitted(view: View, { width, height }: Size): View {
    const middle = toMap(view, { x: width / 2, y: height / 2 });
    return centreOn(middle, view.scale, this.width, this.height);
  }

  protected between(a: View, b: View, share: number): View {
    return between(a, b, share, this.width, this.height);
  }

  protected isNear(a: View, b: View): boolean {
    return isNear(a, b);
  }

  protected allowed(view: View): View {
    return this.#zoomed(view, 1, this.#middle);
  }

  #zoomed(view: View, factor: number, pixel: Point): View {
    return zoomAt(view, this.#allowedScale(view.scale * factor) / view.scale, pixel);
  }

  get #middle(): Point {
    return { x: this.width / 2, y: this.height / 2 };
  }

  #allowedScale(scale: number): number {
    return Math.max(this.whole.scale * 0.5, Math.min(this.whole.scale * MAX_ZOOM, scale));
  }
}
