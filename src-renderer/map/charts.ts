import * as echarts from 'echarts/core';
import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import 'echarts-gl';
import type { DotLook, Point } from '../../src-main/drawing/map/camera.ts';
import type { Histogram } from './selection-statistics.ts';
import type { ColouredPoints } from './point-layer.ts';

echarts.use([GridComponent, BarChart, CanvasRenderer]);

/** Points that are drawn once more, larger and see-through. */
export interface CloudMark extends ColouredPoints {
  /** Times the size of a plain dot. */
  scale: number;
}

export interface CloudListeners {
  /** Number of the group and of the point within it; -1 where the pointer left. */
  hover(group: number, point: number): void;
  click(group: number, point: number): void;
  /** The view was turned or zoomed. */
  move(): void;
}

interface CloudInternals {
  _model?: {
    getSeriesByIndex(index: number): { coordinateSystem?: CloudSpace } | undefined;
  };
}

interface CloudSpace {
  dataToPoint(place: number[]): number[];
  viewGL?: {
    camera: { viewMatrix: { array: number[] }; projectionMatrix: { array: number[] } };
    viewport: { x: number; width: number; height: number };
  };
}

/** By a column-major 4 × 4 matrix. */
const transform = (matrix: ArrayLike<number>, vector: number[]): number[] =>
  [0, 1, 2, 3].map((row) =>
    vector.reduce((sum, value, column) => sum + matrix[4 * column + row] * value, 0),
  );

/** The 3-D points, turned and zoomed by ECharts itself. */
export class PointCloud {
  readonly #chart: echarts.ECharts;

  constructor(element: HTMLElement, listeners: CloudListeners) {
    this.#chart = echarts.init(element, null, { renderer: 'canvas' });
    this.#chart.on('mouseover', ({ seriesIndex, dataIndex }) =>
      listeners.hover(seriesIndex ?? 0, dataIndex),
    );
    this.#chart.on('mouseout', () => listeners.hover(-1, -1));
    this.#chart.on('click', ({ seriesIndex, dataIndex }) =>
      listeners.click(seriesIndex ?? 0, dataIndex),
    );
    this.#chart.on('grid3dcamerachanged', () => listeners.move());
  }

  /** Pixels of a place as it is drawn now; null where it lies behind the eye or nothing is drawn. */
  project(place: number[]): Point | null {
    // ECharts GL tells no pixels in 3-D itself; these are its own matrices.
    const model = (this.#chart as unknown as CloudInternals)._model;
    const space = model?.getSeriesByIndex(0)?.coordinateSystem;
    if (!space?.viewGL) return null;
    const { camera, viewport } = space.viewGL;
    const seen = transform(camera.viewMatrix.array, [...space.dataToPoint(place), 1]);
    const [x, y, , w] = transform(camera.projectionMatrix.array, seen);
    if (w <= 0) return null;
    return {
      x: viewport.x + ((x / w + 1) / 2) * viewport.width,
      y: ((1 - y / w) / 2) * viewport.height,
    };
  }

  /** `marks` follow the groups as further series and can be changed alone, see `setMarks`. */
  setPoints(
    groups: ColouredPoints[],
    marks: CloudMark[],
    colours: { ground: string; line: string },
    look: DotLook,
  ): void {
    const [low, high] = rangesOf(groups);
    const edge = { lineStyle: { color: colours.line, width: 1 } };
    const axis = (d: number): object => ({
      type: 'value',
      min: low[d],
      max: high[d],
      name: '',
      axisLabel: { show: false },
      axisTick: { show: false },
      axisPointer: { show: false },
      axisLine: edge,
      splitLine: { lineStyle: { color: colours.line, width: 1, opacity: 0.6 } },
    });
    const series = [
      ...groups.map((group, i) =>
        cloudSeries(`group-${i}`, { ...group, opacity: group.opacity * look.opacity }, look.size),
      ),
      ...marks.map((mark, i) => ({
        ...cloudSeries(`mark-${i}`, mark, mark.scale * look.size),
        silent: true,
      })),
    ];
    const option = {
      animation: false,
      backgroundColor: colours.ground,
      xAxis3D: axis(0),
      yAxis3D: axis(1),
      zAxis3D: axis(2),
      grid3D: {
        boxWidth: 130,
        boxDepth: 130,
        boxHeight: 100,
        environment: colours.ground,
        axisPointer: { show: false },
        viewControl: this.#viewControl() ?? {
          alpha: 18,
          beta: 35,
          distance: 260,
          minDistance: 20,
          maxDistance: 500,
          animation: false,
          damping: 0.8,
        },
      },
      series,
    };
    this.#chart.setOption(option as never, { notMerge: true });
  }

  /** Leaves the other points where they are. */
  setMarks(marks: CloudMark[]): void {
    const series = marks.map(({ coordinates }, i) => ({ id: `mark-${i}`, data: coordinates }));
    this.#chart.setOption({ series } as never);
  }

  /** Turns by degrees and zooms by a factor, for the keyboard. */
  turn(alpha: number, beta: number, zoom: number): void {
    const control = this.#viewControl();
    if (!control) return;
    const viewControl = {
      alpha: Math.max(-90, Math.min(90, control.alpha + alpha)),
      beta: control.beta + beta,
      distance: Math.max(20, Math.min(500, control.distance / zoom)),
    };
    this.#chart.setOption({ grid3D: { viewControl } } as never);
  }

  picture(): HTMLCanvasElement {
    return this.#chart.renderToCanvas({ pixelRatio: devicePixelRatio });
  }

  resize(): void {
    this.#chart.resize();
  }

  dispose(): void {
    this.#chart.dispose();
  }

  #viewControl(): { alpha: number; beta: number; distance: number } | undefined {
    const { grid3D } = (this.#chart.getOption() ?? {}) as {
      grid3D?: { viewControl: { alpha: number; beta: number; distance: number } }[];
    };
    return grid3D?.[0]?.viewControl;
  }
}

function cloudSeries(
  id: string,
  { colour, shape, coordinates, opacity }: ColouredPoints,
  dotSize: number,
): object {
  return {
    id,
    type: 'scatter3D',
    data: coordinates,
    dimensions: ['x', 'y', 'z'],
    symbol: shape,
    symbolSize: dotSize,
    progressive: 0,
    label: { show: false },
    emphasis: { label: { show: false } }, // Else the bare coordinate is written beside the dot.
    itemStyle: { color: colour, opacity },
  };
}

function rangesOf(groups: ColouredPoints[]): [number[], number[]] {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { coordinates } of groups) {
    for (let i = 0; i < coordinates.length; i++) {
      low[i % 3] = Math.min(low[i % 3], coordinates[i]);
      high[i % 3] = Math.max(high[i % 3], coordinates[i]);
    }
  }
  return [low, high];
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
