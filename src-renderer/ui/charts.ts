import * as echarts from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import { CATEGORY_COLOURS } from '../../src-main/drawing/map/palette.ts';

echarts.use([
  BarChart,
  CustomChart,
  HeatmapChart,
  LineChart,
  ScatterChart,
  DataZoomInsideComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export type ChartOption = EChartsCoreOption;

/** The colours of the theme that is shown; charts are made of these alone. */
export interface ChartColours {
  isDark: boolean;
  text: string;
  soft: string;
  line: string;
  surface: string;
  accent: string;
  danger: string;
  /** Told apart with any colour vision, in this order. */
  categories: string[];
  /** From little to much, for heat maps. */
  sequence: string[];
  /** Below nought, nought, above. */
  diverging: [string, string, string];
}

/** What was clicked: the series, the place in its data, and the value there. */
export interface ChartPick {
  seriesIndex: number;
  dataIndex: number;
  value: unknown;
}

export function chartColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const isDark = document.documentElement.dataset.theme === 'dark';
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    isDark,
    text: read('--text'),
    soft: read('--soft'),
    line: read('--line'),
    surface: read('--surface'),
    accent: read('--accent'),
    danger: read('--danger'),
    categories: [...CATEGORY_COLOURS[isDark ? 'dark' : 'light']],
    sequence: [read('--raised'), read('--accent')],
    diverging: isDark ? ['#5aa9e6', '#3a4252', '#f0924a'] : ['#2166ac', '#e8eaee', '#c8550a'],
  };
}

/** One chart in an element of a size of its own. Texts are drawn, never parsed: titles are anybody's. */
export class DrawnChart {
  readonly #chart: echarts.ECharts;

  constructor(element: HTMLElement, onPick: (pick: ChartPick) => void) {
    this.#chart = echarts.init(element, null, { renderer: 'canvas' });
    this.#chart.on('click', ({ seriesIndex, dataIndex, value }) =>
      onPick({ seriesIndex: seriesIndex ?? 0, dataIndex, value }),
    );
  }

  show(option: ChartOption, colours: ChartColours): void {
    const tooltip = {
      renderMode: 'richText',
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text },
      ...(option.tooltip as object | undefined),
    };
    const textStyle = { color: colours.text, fontFamily: 'system-ui, sans-serif' };
    this.#chart.setOption(
      { animation: false, color: colours.categories, textStyle, ...option, tooltip },
      { notMerge: true },
    );
  }

  resize(): void {
    this.#chart.resize();
  }

  /** A PNG of what is drawn, twice as fine. */
  picture(background: string): string {
    return this.#chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background });
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
