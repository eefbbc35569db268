import type { TrackLengths } from '../../src-main/autoencoder/contract.ts';
import type { ChartColours, ChartOption } from '../ui/charts.ts';

const BARS = 24;

/** How many tracks are how long, with a line at the length that they are brought to. */
export function lengthsOption(
  { seconds, cropSeconds }: TrackLengths,
  { soft, line, accent, text }: ChartColours,
): ChartOption {
  const longest = Math.max(cropSeconds, seconds.at(-1) ?? 1);
  const width = longest / BARS;
  const counts = Array.from({ length: BARS }, (_, bar) => [
    (bar + 0.5) * width,
    seconds.filter((value) => Math.min(BARS - 1, Math.floor(value / width)) === bar).length,
  ]);
  const axis = { axisLabel: { color: soft, hideOverlap: true }, nameTextStyle: { color: soft } };
  return {
    grid: { left: 44, right: 16, top: 24, bottom: 40 },
    xAxis: {
      ...axis,
      type: 'value',
      name: 'Seconds',
      nameLocation: 'middle',
      nameGap: 26,
      min: 0,
      max: longest,
      axisLabel: { ...axis.axisLabel, showMaxLabel: false }, // It would be an odd number.
      splitLine: { show: false },
      axisLine: { lineStyle: { color: line } },
    },
    yAxis: {
      ...axis,
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: line } },
    },
    series: [
      {
        type: 'bar',
        barWidth: '80%',
        data: counts,
        itemStyle: { color: accent },
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: text, type: 'dashed' },
          label: { color: text, formatter: `${cropSeconds.toFixed(1)} s` },
          data: [{ xAxis: cropSeconds }],
        },
      },
    ],
  };
}
