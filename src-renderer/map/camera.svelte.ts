import {
  between,
  centreOn,
  ease,
  fitView,
  isNear,
  toMap,
  visibleExtent,
  zoomAt,
} from '../../src-main/drawing/map/camera.ts';
import type { Extent, Insets, Point, View } from '../../src-main/drawing/map/camera.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import { ViewHistory } from './view-history.ts';

const FLIGHT_MILLISECONDS = 700;
const REST_MILLISECONDS = 300;
const MAX_ZOOM = 400;

/** Moves the view: at once under the pointer, in flight otherwise, and remembers where it rested. */
export class Camera {
  view = $state.raw<View>({ scale: 1, offsetX: 0, offsetY: 0 });
  /** The last view that stayed for a moment; what is costly follows this one. */
  rested = $state.raw<View>({ scale: 1, offsetX: 0, offsetY: 0 });
  width = $state(800);
  height = $state(600);
  /** Boxes in pixels where something lies over the map. */
  covered = $state.raw<Box[]>([]);
  canGoBack = $state(false);
  canGoForward = $state(false);
  #extent = $state.raw<Extent>([-1, 1, -1, 1]);
  #insets = $state.raw<Insets>({ top: 0, right: 0, bottom: 0, left: 0 });
  readonly whole = $derived(fitView(this.#extent, this.width, this.height, this.#insets));
  /** 1: the whole map fits. */
  readonly zoom = $derived(this.view.scale / this.whole.scale);
  readonly restedZoom = $derived(this.rested.scale / this.whole.scale);
  #history = new ViewHistory();
  #goal: View | null = null;
  /** Whether nobody has seen the map for a moment yet. */
  #isOpening = true;
  #frame = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  /** Shows all of another map; its history begins anew. */
  open(extent: Extent): void {
    this.#isOpening = true;
    this.#extent = extent;
    this.#history = new ViewHistory();
    this.#show(this.whole);
    this.#rest();
  }

  /** Another map in the place of this one, laid over it. What was seen whole stays so. */
  widenTo(extent: Extent, showAll: boolean): void {
    const fly = showAll || this.#isWhole();
    this.#extent = extent;
    if (fly) this.flyTo(this.whole);
  }

  /** Keeps the place in the middle; a map that was seen whole stays so. */
  resize(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    const wasWhole = this.#isWhole();
    const middle = toMap(this.view, { x: this.width / 2, y: this.height / 2 });
    this.stop();
    this.width = width;
    this.height = height;
    this.#show(wasWhole ? this.whole : centreOn(middle, this.view.scale, width, height));
  }

  setInsets(insets: Insets): void {
    const wasWhole = this.#isWhole();
    this.#insets = insets;
    if (!wasWhole || isNear(this.view, this.whole)) return;
    if (this.#isOpening) this.#show(this.whole);
    else this.flyTo(this.whole);
  }

  panBy(dx: number, dy: number): void {
    const { scale, offsetX, offsetY } = this.view;
    this.stop();
    this.#show({ scale, offsetX: offsetX + dx, offsetY: offsetY + dy });
  }

  /** Zooms with the place under the pixel staying there. */
  zoomAt(factor: number, pixel: Point): void {
    this.stop();
    this.#show(zoomAt(this.view, this.#allowed(this.view.scale * factor) / this.view.scale, pixel));
  }

  zoomBy(factor: number): void {
    const from = this.#goal ?? this.view;
    this.flyTo(zoomAt(from, factor, { x: this.width / 2, y: this.height / 2 }));
  }

  fit(): void {
    this.flyTo(this.whole);
  }

  flyToPlace(place: Point, leastZoom = 2.5): void {
    const scale = Math.max((this.#goal ?? this.view).scale, this.whole.scale * leastZoom);
    this.flyTo(centreOn(place, scale, this.width, this.height));
  }

  /**
   * Brings a part of the map into view, with air around it.
   * @param coveredLeft pixels that a panel covers at the left
   */
  flyToExtent([left, right, bottom, top]: Extent, coveredLeft: number): void {
    const air = 0.15 * Math.max(right - left, top - bottom, 1e-6);
    const wanted: Extent = [left - air, right + air, bottom - air, top + air];
    const insets = { ...this.#insets, left: Math.min(coveredLeft, this.width / 2) };
    this.flyTo(fitView(wanted, this.width, this.height, insets));
  }

  centreAt(place: Point): void {
    this.stop();
    this.#show(centreOn(place, this.view.scale, this.width, this.height));
  }

  go(steps: 1 | -1): void {
    const view = this.#history.go(steps);
    if (view) this.flyTo(view);
    this.#tellHistory();
  }

  /** A flight can be interrupted by another or by the pointer at any moment. */
  flyTo(target: View): void {
    this.stop();
    const { width, height, view: from } = this;
    const scale = this.#allowed(target.scale);
    const goal = zoomAt(target, scale / target.scale, { x: width / 2, y: height / 2 });
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.#show(goal);
    this.#goal = goal;
    let started = 0;
    const step = (now: number): void => {
      started ||= now;
      const share = Math.min(1, (now - started) / FLIGHT_MILLISECONDS);
      this.#show(between(from, goal, ease(share), width, height));
      if (share < 1) this.#frame = requestAnimationFrame(step);
      else this.#goal = null;
    };
    this.#frame = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#goal = null;
  }

  dispose(): void {
    this.stop();
    clearTimeout(this.#restTimer);
  }

  get visible(): Extent {
    return visibleExtent(this.view, this.width, this.height);
  }

  #isWhole(): boolean {
    return isNear(this.#goal ?? this.view, this.whole);
  }

  #allowed(scale: number): number {
    return Math.max(this.whole.scale * 0.5, Math.min(this.whole.scale * MAX_ZOOM, scale));
  }

  #show(view: View): void {
    this.view = view;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#isOpening = false;
      this.#rest();
    }, REST_MILLISECONDS);
  }

  #rest(): void {
    this.rested = this.view;
    this.#history.record(this.view);
    this.#tellHistory();
  }

  #tellHistory(): void {
    this.canGoBack = this.#history.canGoBack;
    this.canGoForward = this.#history.canGoForward;
  }
}
