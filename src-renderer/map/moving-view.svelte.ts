import { ease, NO_INSETS } from '../../src-main/drawing/map/camera.ts';
import type { Insets, Point } from '../../src-main/drawing/map/camera.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { MapData } from './map-data.svelte.ts';
import { NextFrame } from './next-frame.ts';
import { ViewHistory } from './view-history.ts';

const FLIGHT_MILLISECONDS = 700;
const REST_MILLISECONDS = 300;

export interface Size {
  width: number;
  height: number;
}

/**
 * What is seen of a map, flat or in space: it moves at once under the pointer, in flight otherwise, and remembers
 * where it rested.
 */
export abstract class MovingView<View> {
  declare view: View;
  /** The last view that stayed for a moment; what is costly follows this one. */
  declare rested: View;
  width = $state(800);
  height = $state(600);
  /** What is drawn of it. */
  readonly frames = new NextFrame();
  /** Boxes in pixels where something lies over the map. */
  covered = $state.raw<Box[]>([]);
  canGoBack = $state(false);
  canGoForward = $state(false);
  protected insets = $state.raw<Insets>(NO_INSETS);
  #history = new ViewHistory<View>((a, b) => this.isNear(a, b));
  #goal: View | null = null;
  /** Whether nobody has seen the map for a moment yet. */
  #isOpening = true;
  /** Which maps are seen. */
  #which = '';
  #frame = 0;
  #restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: View) {
    this.view = $state.raw(start);
    this.rested = $state.raw(start);
  }

  /** The view that shows all. */
  abstract readonly whole: View;
  /** 1: the whole map fits. */
  abstract readonly zoom: number;
  abstract readonly restedZoom: number;
  /** Moves or turns what is seen by pixels; `isAside`: moves it also where dragging turns. */
  abstract dragBy(dx: number, dy: number, isAside: boolean): void;
  /** Zooms with the place under the pixel staying there. */
  abstract zoomAt(factor: number, pixel: Point): void;
  /** In flight; without a pixel, the middle stays. */
  abstract zoomBy(factor: number, pixel?: Point): void;
  protected abstract measure(maps: readonly MapData[]): void;
  /** A view as it is kept when the frame was of another size. */
  protected abstract refitted(view: View, before: Size): View;
  protected abstract between(a: View, b: View, share: number): View;
  protected abstract isNear(a: View, b: View): boolean;
  /** The nearest view that the zoom may have. */
  protected abstract allowed(view: View): View;

  /**
   * Shows a map, or several that lie over one another. What was seen whole stays so; all of it is shown where
   * it is another one.
   * @param which tells other maps from these
   */
  see(maps: readonly MapData[], which: string): void {
    const fly = which !== this.#which || this.isWhole();
    this.measure(maps);
    if (this.#which === '') {
      this.show(this.whole);
      this.#rest();
    } else if (fly) this.flyTo(this.whole);
    this.#which = which;
  }

  /** What was seen whole stays so, and a flight goes on. */
  resize(width: number, height: number): void {
    const before = { width: this.width, height: this.height };
    if (width * height === 0 || (width === before.width && height === before.height)) return;
    const [wasWhole, goal] = [this.isWhole(), this.#goal];
    this.stop();
    this.width = width;
    this.height = height;
    const fitted = (view: View): View => (wasWhole ? this.whole : this.refitted(view, before));
    if (!goal) return this.show(fitted(this.view));
    this.show(this.refitted(this.view, before));
    this.flyTo(fitted(goal));
  }

  /** What was seen whole stays so. */
  setInsets(insets: Insets): void {
    const wasWhole = this.isWhole();
    this.insets = insets;
    if (!wasWhole || this.isNear(this.view, this.whole)) return;
    if (this.#isOpening) this.show(this.whole);
    else this.flyTo(this.whole);
  }

  fit(): void {
    this.flyTo(this.whole);
  }

  go(steps: 1 | -1): void {
    const view = this.#history.go(steps);
    if (view) this.flyTo(view);
    this.#tellHistory();
  }

  /** A flight can be interrupted by another or by the pointer at any moment. */
  flyTo(target: View): void {
    this.stop();
    const from = this.view;
    const goal = this.allowed(target);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.show(goal);
    this.#goal = goal;
    let started = 0;
    const step = (now: number): void => {
      started ||= now;
      const share = Math.min(1, (now - started) / FLIGHT_MILLISECONDS);
      this.show(this.between(from, goal, ease(share)));
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

  /** Where a flight ends, or what is seen. */
  protected get next(): View {
    return this.#goal ?? this.view;
  }

  protected isWhole(): boolean {
    return this.isNear(this.next, this.whole);
  }

  protected show(view: View): void {
    this.view = view;
    clearTimeout(this.#restTimer);
    this.#restTimer = setTimeout(() => {
      this.#isOpening = false;
      this.#rest();
    }, REST_MILLISECONDS);
  }

  #rest(): void {
    this.rested = this.view;
    this.#history.record(this.view, this.isWhole());
    this.#tellHistory();
  }

  #tellHistory(): void {
    this.canGoBack = this.#history.canGoBack;
    this.canGoForward = this.#history.canGoForward;
  }
}
