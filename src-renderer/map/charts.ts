import * as echarts from 'echarts/core';
import { GeoComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import 'echarts-gl';
import { fitView } from './view.ts';
import type { Extent, View } from './view.ts';

echarts.use([GeoComponent, CanvasRenderer]);

/** Points of one colour. */
export interface ColouredPoints {
  colour: string;
  /** x, y (, z) one after another. */
  coordinates: Float32Array;
  opacity: number;
}

const BLANK = 'earshot-blank';

/**
 * The 2-D points: scatterGL on a blank `geo`, where moving the view only moves the camera and no point is
 * uploaded again. It draws; picking, labels and marks are done above it.
 */
export class PointLayer {
  readonly #chart: echarts.ECharts;
  #extent: Extent = [-1, 1, -1, 1];

  constructor(element: HTMLElement) {
    this.#chart = echarts.init(element, null, { renderer: 'canvas' });
  }

  setPoints(groups: ColouredPoints[], extent: Extent, pointSize: number): void {
    this.#extent = extent;
    const [left, right, bottom, top] = extent;
    const ring = [
      [left, bottom],
      [right, bottom],
      [right, top],
      [left, top],
      [left, bottom],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const feature = { type: 'Feature', properties: { name: BLANK }, geometry };
    echarts.registerMap(BLANK, { type: 'FeatureCollection', features: [feature] } as never);
    const clear = { areaColor: 'transparent', borderWidth: 0, borderColor: 'transparent' };
    this.#chart.setOption(
      {
        animation: false,
        backgroundColor: 'transparent',
        geo: {
          map: BLANK,
          roam: false,
          aspectScale: 1,
          silent: true,
          itemStyle: clear,
          emphasis: { disabled: true },
          left: 0,
          right: 0,
          top: 0,
          bottom: 0,
          preserveAspect: true,
        },
        series: groups.map(({ colour, coordinates, opacity }) => ({
          type: 'scatterGL',
          coordinateSystem: 'geo',
          data: coordinates,
          dimensions: ['x', 'y'],
          large: true,
          progressive: 0, // Chunks beyond 100,000 points are coloured wrongly.
          symbolSize: pointSize,
          itemStyle: { color: colour, opacity },
        })),
      } as never,
      { notMerge: true },
    );
  }

  /** As it is drawn now. */
  get view(): View {
    const [left, right, bottom] = this.#extent;
    const a = this.#chart.convertToPixel('geo', [left, bottom]) as number[] | null;
    const b = this.#chart.convertToPixel('geo', [right, bottom]) as number[] | null;
    if (!a || !b) return fitView(this.#extent, this.#chart.getWidth(), this.#chart.getHeight());
    const scale = (b[0] - a[0]) / (right - left);
    return { scale, offsetX: a[0] - left * scale, offsetY: a[1] + bottom * scale };
  }

  /** Goes to a view by the moves that cost nothing per point. */
  show(target: View): void {
    const now = this.view;
    const zoom = target.scale / now.scale;
    const roam = { type: 'geoRoam', componentType: 'geo', geoIndex: 0 };
    if (Math.abs(zoom - 1) > 1e-9) {
      this.#chart.dispatchAction({
        ...roam,
        zoom,
        originX: now.offsetX,
        originY: now.offsetY,
      } as never);
    }
    const { offsetX, offsetY } = this.view;
    const dx = target.offsetX - offsetX;
    const dy = target.offsetY - offsetY;
    if (dx !== 0 || dy !== 0) this.#chart.dispatchAction({ ...roam, dx, dy } as never);
  }

  resize(): void {
    this.#chart.resize();
  }

  dispose(): void {
    this.#chart.dispose();
  }
}

/** The 3-D points, turned and zoomed by ECharts itself. */
export class PointCloud {
  readonly #chart: echarts.ECharts;

  /** Both listeners get the number of the group and of the point within it. */
  constructor(
    element: HTMLElement,
    onHover: (group: number, point: number) => void,
    onClick: (group: number, point: number) => void,
  ) {
    this.#chart = echarts.init(element, null, { renderer: 'canvas' });
    this.#chart.on('mouseover', ({ seriesIndex, dataIndex }) =>
      onHover(seriesIndex ?? 0, dataIndex),
    );
    this.#chart.on('mouseout', () => onHover(-1, -1));
    this.#chart.on('click', ({ seriesIndex, dataIndex }) => onClick(seriesIndex ?? 0, dataIndex));
  }

  setPoints(
    groups: ColouredPoints[],
    marked: ColouredPoints,
    background: string,
    pointSize: number,
  ): void {
    const [low, high] = rangesOf(groups);
    const axis = (d: number): object => ({ type: 'value', min: low[d], max: high[d], show: false });
    const series = [...groups, marked].map(({ colour, coordinates, opacity }, i) => ({
      type: 'scatter3D',
      data: coordinates,
      dimensions: ['x', 'y', 'z'],
      symbolSize: i === groups.length ? 4 * pointSize : pointSize,
      progressive: 0,
      silent: i === groups.length,
      label: { show: false },
      emphasis: { label: { show: false } },
      itemStyle: { color: colour, opacity },
    }));
    this.#chart.setOption({
      animation: false,
      backgroundColor: background,
      xAxis3D: axis(0),
      yAxis3D: axis(1),
      zAxis3D: axis(2),
      grid3D: {
        show: false,
        boxWidth: 120,
        boxDepth: 120,
        boxHeight: 120,
        environment: background,
        axisPointer: { show: false },
        viewControl: { alpha: 22, beta: 35, distance: 160, animation: false, damping: 0.8 },
      },
      series,
    } as never);
  }

  /** Turns by degrees and zooms by a factor, for the keyboard. */
  turn(alpha: number, beta: number, zoom: number): void {
    const option = this.#chart.getOption() as unknown as {
      grid3D: { viewControl: { alpha: number; beta: number; distance: number } }[];
    };
    const control = option.grid3D[0].viewControl;
    this.#chart.setOption({
      grid3D: {
        viewControl: {
          alpha: control.alpha + alpha,
          beta: control.beta + beta,
          distance: control.distance / zoom,
        },
      },
    } as never);
  }

  resize(): void {
    this.#chart.resize();
  }

  dispose(): void {
    this.#chart.dispose();
  }
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
