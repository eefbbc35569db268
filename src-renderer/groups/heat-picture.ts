import { chartColours, DrawnChart } from '../ui/charts.ts';
import type { ChartColours, ChartOption } from '../ui/charts.ts';
import type { Heat } from './heat.ts';

export interface HeatPicture {
  rows: string[];
  columns: string[];
  heat: Heat;
  text: (row: number, column: number) => string;
  fileName: string;
}

const FIELD = { width: 74, height: 38 };
const LONGEST_NAME = 24;

/** Draws a heat map with its numbers at a size that fits it, and hands it to the user as a PNG file. */
export function saveHeatPicture(picture: HeatPicture): void {
  const element = document.createElement('div');
  const names = 190;
  element.style.cssText = `position:fixed;left:-99999px;width:${names + 20 + picture.columns.length * FIELD.width}px;height:${110 + picture.rows.length * FIELD.height}px`;
  document.body.append(element);
  const colours = chartColours(element);
  const chart = new DrawnChart(element, () => {});
  try {
    chart.show(optionOf(picture, colours, names), colours);
    const link = document.createElement('a');
    link.href = chart.picture(colours.surface);
    link.download = picture.fileName;
    link.click();
  } finally {
    chart.dispose();
    element.remove();
  }
}

function optionOf(picture: HeatPicture, colours: ChartColours, names: number): ChartOption {
  const { rows, columns, heat, text } = picture;
  const short = (name: string): string =>
    name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const axis = { type: 'category', axisLabel: { color: colours.text, interval: 0 } };
  return {
    grid: { left: names, top: 90, right: 20, bottom: 20 },
    xAxis: {
      ...axis,
      data: columns.map(short),
      position: 'top',
      axisLabel: { ...axis.axisLabel, rotate: 35 },
    },
    yAxis: { ...axis, data: rows.map(short), inverse: true },
    visualMap: {
      show: false,
      min: -1,
      max: 1,
      inRange: { color: [colours.diverging[2], colours.surface, colours.accent] },
    },
    series: [
      {
        type: 'heatmap',
        data: rows.flatMap((_, r) => columns.map((_, c) => [c, r, heat.share(r, c)])),
        label: {
          show: true,
          color: colours.text,
          textBorderColor: colours.surface,
          textBorderWidth: 2,
          formatter: ({ value }: { value: [number, number] }) => text(value[1], value[0]),
        },
        itemStyle: { borderColor: colours.surface, borderWidth: 2 },
      },
    ],
  };
}
