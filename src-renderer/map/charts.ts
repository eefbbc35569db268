import * as echarts from 'echarts/core';
import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import 'echarts-gl';
import type { DotLook } from '../../src-main/drawing/map/camera.ts';
import type { Histogram } from './selection-statistics.ts';
import type { ColouredPoints } from './point-layer.ts';
import type { Bounds, Gaze } from './space.ts';

echarts.use([GridComponent, BarChart, CanvasRenderer]);

/** More points are thinned while the map turns, unless drawing all of them is quick. */
const MANY = 20_000;
/** So many are drawn then. */
const FEW = 6000;
/** A picture that took longer, in milliseconds, is slow. */
const SLOW_PICTURE = 45;
/** A view that stays for so long, in milliseconds, is drawn with all points. */
const REST = 250;
/** How the dots grow where fewer are drawn, as a power of one of how many. */
const GROWTH = 0.15;

/** The points of a 3-D map. What is drawn above them is placed by the same eye, see `space.ts`. */
export class PointCloud {
  readonly #element: HTMLElement;
  readonly #all: Dots;
  /** Where there are many: what is drawn while the map turns, until all proved quick. */
  #few: Dots | null = null;
  /** Null until it was seen. */
  #isQuick: boolean | null = null;
  #gaze: Gaze | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#all = new Dots(element);
  }

  setPoints(groups: ColouredPoints[], bounds: Bounds, look: DotLook): void {
    this.#all.setPoints(groups, bounds, look);
    const count = groups.reduce((sum, { coordinates }) => sum + coordinates.length / 3, 0);
    const step = Math.ceil(count / FEW);
    if (count <= MANY || this.#isQuick) this.#drop();
    else {
      const few = groups.map((group) => ({
        ...group,
        coordinates: thinned(group.coordinates, step),
      }));
      this.#few ??= new Dots(this.#element);
      this.#few.setPoints(few, bounds, { ...look, size: look.size * step ** GROWTH });
    }
    if (this.#gaze) this.#showAll();
  }

  /** Draws at once: all points, or few of them until the view rests. */
  show(gaze: Gaze): void {
    if (gaze === this.#gaze) return;
    this.#gaze = gaze;
    if (!this.#few) return this.#showIn(this.#all);
    this.#showIn(this.#few);
    this.#rest = setTimeout(() => this.#showAll(), REST);
  }

  /** All points as they are seen now. */
  picture(): HTMLCanvasElement {
    this.#showIn(this.#all);
    return this.#all.picture();
  }

  resize(): void {
    this.#all.resize();
    this.#few?.resize();
    if (this.#gaze) this.#showAll();
  }

  dispose(): void {
    clearTimeout(this.#rest);
    this.#all.dispose();
    this.#few?.dispose();
  }

  /** Whether that is quick is measured once: it holds up the window until all is drawn. */
  #showAll(): void {
    const started = performance.now();
    this.#showIn(this.#all);
    if (!this.#few || this.#isQuick !== null) return;
    this.#all.settle();
    this.#isQuick = performance.now() - started < SLOW_PICTURE;
    if (this.#isQuick) this.#drop();
  }

  #showIn(dots: Dots): void {
    clearTimeout(this.#rest);
    if (this.#gaze) dots.show(this.#gaze);
    this.#all.isShown = dots === this.#all;
    if (this.#few) this.#few.isShown = dots === this.#few;
  }

  #drop(): void {
    this.#few?.dispose();
    this.#few = null;
  }
}

/** What ECharts GL does not offer itself: its camera, which an option would move by laying out all points anew. */
interface ChartInternals {
  _componentsViews: {
    _control?: {
      setAlpha(degrees: number): void;
      setBeta(degrees: number): void;
      setDistance(distance: number): void;
      setCenter(centre: number[]): void;
      off(event: 'update'): void;
      update(): void;
    };
  }[];
}

/** Dots in a box, drawn by ECharts GL. */
class Dots {
  readonly #element = document.createElement('div');
  readonly #chart: echarts.ECharts;

  constructor(parent: HTMLElement) {
    this.#element.style.cssText = 'position:absolute;inset:0';
    parent.append(this.#element);
    this.#chart = echarts.init(this.#element, null, { renderer: 'canvas' });
  }

  set isShown(isShown: boolean) {
    this.#element.style.visibility = isShown ? '' : 'hidden';
  }

  setPoints(groups: ColouredPoints[], { middle, scale, size }: Bounds, look: DotLook): void {
    const axis = (d: number): object => {
      const half = size[d] / scale / 2;
      return { type: 'value', min: middle[d] - half, max: middle[d] + half };
    };
    const series = groups.map((group, i) => ({
      // A series that is kept keeps its symbol too: with another shape or size it is another one.
      id: `${i} ${group.shape} ${look.size}`,
      type: 'scatter3D',
      silent: true,
      data: group.coordinates,
      dimensions: ['x', 'y', 'z'],
      symbol: group.shape,
      symbolSize: look.size,
      progressive: 0,
      label: { show: false },
      itemStyle: { color: group.colour, opacity: group.opacity * look.opacity },
    }));
    const option = {
      animation: false,
      xAxis3D: axis(0),
      yAxis3D: axis(1),
      zAxis3D: axis(2),
      grid3D: {
        show: false,
        boxWidth: size[0],
        boxDepth: size[1],
        boxHeight: size[2],
        viewControl: { minDistance: 0, maxDistance: 1900, animation: false },
      },
      series,
    };
    this.#chart.setOption(option as never, { notMerge: true });
  }

  show({ alpha, beta, distance, centre }: Gaze): void {
    const { _componentsViews: views } = this.#chart as unknown as ChartInternals;
    const control = views.find((view) => view._control)?._control;
    if (!control) return;
    control.off('update'); // It would place every point anew for a search that is made elsewhere.
    control.setAlpha(alpha);
    control.setBeta(beta);
    control.setDistance(distance);
    control.setCenter(centre);
    control.update();
    this.#chart.getZr().refreshImmediately();
  }

  picture(): HTMLCanvasElement {
    return this.#chart.renderToCanvas({ pixelRatio: devicePixelRatio });
  }

  /** Waits until all is drawn: a pixel is read. */
  settle(): void {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    for (const drawn of this.#element.querySelectorAll('canvas')) context.drawImage(drawn, 0, 0);
    context.getImageData(0, 0, 1, 1);
  }

  resize(): void {
    this.#chart.resize();
  }

  dispose(): void {
    this.#chart.dispose();
    this.#element.remove();
  }
}

/** One of `step` points. */
function thinned(coordinates: Float32Array, step: number): Float32Array {
  const kept = new Float32Array(3 * Math.ceil(coordinates.length / 3 / step));
  for (let at = 0, from = 0; at < kept.length; at += 3, from += 3 * step) {
    kept.set(coordinates.subarray(from, from + 3), at);
  }
  return kept;
}

/** Bars of one histogram. */
export class HistogramChart {
  readonly #chart: echarts.ECharts;

  constructor(element: HTMLElement) {
    this.#chart = echarts.init(element, null, { renderer: 'canvas' });
  }

  show({ centres, counts }: Histogram, colours: { bar: string; text: string; line: string }): void {
    const label = { color: colours.text, fontSize: 11, hideOverlap: true };
    this.#chart.setOption({
      animation: false,
      grid: { left: 0, right: 0, top: 4, bottom: 18 },
      xAxis: {
        type: 'category',
        data: centres.map((centre) => centre.toFixed(0)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: colours.line } },
        axisLabel: label,
      },
      yAxis: { type: 'value', show: false },
      series: [
        {
          type: 'bar',
          data: counts,
          silent: true,
          barCategoryGap: '12%',
          itemStyle: { color: colours.bar, borderRadius: [3, 3, 0, 0] },
        },
      ],
    });
  }

  resize(): void {
    this.#chart.resize();
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
