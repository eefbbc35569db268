import type {
  Dependence,
  EvaluationReport,
  Explanation,
  TrackExplanation,
} from '../../src-main/classifiers/contract.ts';
import type { ChartColours, ChartOption } from '../ui/charts.ts';

/** Shared looks of the axes. */
function axis(name: string, { soft, line }: ChartColours, more: object = {}): object {
  return {
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: soft },
    axisLabel: { color: soft, hideOverlap: true },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } },
    ...more,
  };
}

const GRID = { left: 56, right: 24, top: 30, bottom: 44 };

/** Mean error by round, of what is learned from and of what is not. */
export function curveOption(curve: EvaluationReport['curve'], colours: ChartColours): ChartOption {
  const line = (name: string, data: (number | null)[][]) => ({
    name,
    type: 'line',
    showSymbol: false,
    data,
  });
  const hasValidation = curve.some(({ validationLoss }) => validationLoss !== null);
  return {
    grid: GRID,
    legend: { top: 0, textStyle: { color: colours.text } },
    tooltip: { trigger: 'axis' },
    xAxis: axis('Round', colours, {
      type: 'value',
      minInterval: 1,
      min: 'dataMin',
      max: 'dataMax',
    }),
    yAxis: axis('Error', colours, { type: 'value', nameGap: 40 }),
    series: [
      line(
        'learned from',
        curve.map(({ step, trainingLoss }) => [step, trainingLoss]),
      ),
      ...(hasValidation
        ? [
            line(
              'not learned from',
              curve.map(({ step, validationLoss }) => [step, validationLoss]),
            ),
          ]
        : []),
    ],
  };
}

/** Certainty against truth; honest certainty lies on the diagonal. */
export function reliabilityOption(
  { bins }: EvaluationReport['calibration'],
  colours: ChartColours,
): ChartOption {
  return {
    grid: GRID,
    tooltip: {},
    xAxis: axis('How sure it was', colours, { type: 'value', min: 0, max: 1 }),
    yAxis: axis('How often it was right', colours, { type: 'value', min: 0, max: 1, nameGap: 36 }),
    series: [
      {
        type: 'line',
        data: [
          [0, 0],
          [1, 1],
        ],
        showSymbol: false,
        silent: true,
        lineStyle: { color: colours.soft, type: 'dashed', width: 1 },
      },
      {
        type: 'line',
        symbol: 'circle',
        data: bins.map(({ confidence, accuracy }) => [confidence, accuracy]),
        symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
          6 + 2 * Math.sqrt(bins[dataIndex].count),
        lineStyle: { color: colours.accent },
        itemStyle: { color: colours.accent },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const { confidence, accuracy, count } = bins[dataIndex];
            return `${count} tracks: ${Math.round(100 * confidence)} % sure, ${Math.round(100 * accuracy)} % right`;
          },
        },
      },
    ],
  };
}

/** Share of the variance by principal component. */
export function explainedOption(explained: number[], colours: ChartColours): ChartOption {
  return {
    grid: GRID,
    tooltip: { valueFormatter: (value: number) => `${(100 * value).toFixed(1)} %` },
    xAxis: axis('Principal component', colours, {
      type: 'category',
      data: explained.map((_, i) => String(i + 1)),
    }),
    yAxis: axis('Share', colours, { type: 'value', nameGap: 40 }),
    series: [{ type: 'bar', data: explained, itemStyle: { color: colours.accent } }],
  };
}

const heightOf = (rows: number): number => rows * 34;
/** Pixels that a beeswarm or bar of so many rows needs. */
export const rowsHeight = (rows: number): number => heightOf(rows) + 74;

const ROWS_GRID = { left: 64, right: 24, top: 12, bottom: 44 };

/** Mean absolute contribution of the components. */
export function importanceOption({ components }: Explanation, colours: ChartColours): ChartOption {
  return {
    grid: ROWS_GRID,
    tooltip: {
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const { name, makeup, importance } = components[dataIndex];
        return `${name}: ${importance.toFixed(3)}${makeup ? `\n${makeup}` : ''}`;
      },
    },
    xAxis: axis('Mean effect on the log odds', colours, { type: 'value' }),
    yAxis: axis('', colours, {
      type: 'category',
      inverse: true,
      data: components.map(({ name }) => name),
    }),
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        data: components.map(({ importance }) => importance),
        itemStyle: { color: colours.accent },
      },
    ],
  };
}

/** Every track a dot: where it lies is what its value contributes, its colour is the value. */
export function beeswarmOption(
  { components, trackIds }: Explanation,
  titles: ReadonlyMap<number, string>,
  colours: ChartColours,
): ChartOption {
  const data = components.flatMap(({ contributions, values }, row) =>
    spreadRow(contributions).map((offset, i) => [
      contributions[i],
      row + offset,
      Math.max(-2, Math.min(2, values[i])),
      trackIds[i],
    ]),
  );
  return {
    grid: { ...ROWS_GRID, right: 96 },
    tooltip: {
      formatter: ({ value }: { value: number[] }) => {
        const { name } = components[Math.round(value[1])];
        const effect = `${value[0] >= 0 ? '+' : ''}${value[0].toFixed(3)}`;
        return `${titles.get(value[3]) ?? ''}\n${name}: ${effect}`;
      },
    },
    visualMap: colourScale(colours, -2, 2, ['high', 'low'], 2),
    xAxis: axis('Effect on the log odds', colours, { type: 'value' }),
    yAxis: axis('', colours, {
      type: 'value',
      inverse: true,
      min: -0.5,
      max: components.length - 0.5,
      interval: 1,
      splitLine: { show: false },
      axisLabel: { show: false },
    }),
    series: [
      {
        type: 'scatter',
        symbolSize: 6,
        data,
        markLine: zeroLine(colours),
      },
      {
        type: 'custom',
        silent: true,
        data: components.map((_, row) => [0, row]),
        renderItem: (
          _: unknown,
          api: { value(i: number): number; coord(p: number[]): number[] },
        ) => ({
          type: 'text',
          style: {
            text: components[api.value(1)].name,
            x: 56,
            y: api.coord([0, api.value(1)])[1],
            align: 'right',
            verticalAlign: 'middle',
            fill: colours.soft,
          },
        }),
      },
    ],
  };
}

const zeroLine = ({ soft }: ChartColours): object => ({
  silent: true,
  symbol: 'none',
  label: { show: false },
  lineStyle: { color: soft, type: 'solid', width: 1 },
  data: [{ xAxis: 0 }],
});

function colourScale(
  { diverging, text }: ChartColours,
  min: number,
  max: number,
  words: [string, string],
  dimension: number,
): object {
  return {
    min,
    max,
    dimension,
    seriesIndex: 0,
    calculable: false,
    right: 0,
    top: 'middle',
    itemHeight: 90,
    text: words,
    textStyle: { color: text },
    inRange: { color: [diverging[0], '#9a9fb0', diverging[2]] },
  };
}

/** Moves dots of a row apart where many share a place: shares of the row's height. */
function spreadRow(values: number[]): number[] {
  const low = Math.min(...values);
  const width = (Math.max(...values) - low || 1) / 60;
  const taken = new Map<number, number>();
  return values.map((value) => {
    const bin = Math.round((value - low) / width);
    const before = taken.get(bin) ?? 0;
    taken.set(bin, before + 1);
    const side = before % 2 === 0 ? 1 : -1;
    return side * Math.min(0.4, Math.ceil(before / 2) * 0.06);
  });
}

/** Effect against value, coloured by the other component that changes it the most. */
export function dependenceOption(
  { component, with: other, points }: Dependence,
  titles: ReadonlyMap<number, string>,
  colours: ChartColours,
): ChartOption {
  const others = points.map((point) => point.other).sort((a, b) => a - b);
  const at = (share: number): number => others[Math.floor(share * (others.length - 1))] ?? 0;
  return {
    grid: { ...GRID, right: other ? 96 : 24 },
    tooltip: {
      formatter: ({ value }: { value: number[] }) =>
        `${titles.get(value[3]) ?? ''}\n${component.name} ${value[0].toFixed(2)}: ${value[1].toFixed(3)}`,
    },
    ...(other
      ? { visualMap: colourScale(colours, at(0.05), at(0.95), [`${other.name} high`, 'low'], 2) }
      : {}),
    xAxis: axis(component.name, colours, { type: 'value', scale: true }),
    yAxis: axis('Effect on the log odds', colours, { type: 'value', scale: true, nameGap: 44 }),
    series: [
      {
        type: 'scatter',
        symbolSize: 7,
        itemStyle: { color: colours.accent },
        data: points.map((point) => [point.value, point.contribution, point.other, point.trackId]),
      },
    ],
  };
}

/** From the expected log odds step by step to those of the track. */
export function waterfallOption(
  { base, parts, rest, margin, class: name }: TrackExplanation,
  colours: ChartColours,
): ChartOption {
  const steps = [
    ...parts.map((part) => ({ name: part.name, contribution: part.contribution })),
    ...(Math.abs(rest) > 1e-9 ? [{ name: 'others', contribution: rest }] : []),
  ];
  let level = base;
  const bars = steps.map(({ contribution }) => {
    const from = level;
    level += contribution;
    return { low: Math.min(from, level), size: Math.abs(contribution), isFor: contribution >= 0 };
  });
  const names = ['start', ...steps.map((step) => step.name), name];
  const lowest = Math.min(base, margin, ...bars.map(({ low }) => low), 0);
  const point = (value: number) => ({
    low: value - lowest - 0.01,
    size: 0.02,
    colour: colours.text,
  });
  const drawn = [
    point(base),
    ...bars.map(({ low, size, isFor }) => ({
      low: low - lowest,
      size,
      colour: isFor ? colours.diverging[2] : colours.diverging[0],
    })),
    point(margin),
  ];
  const shown = [base, ...steps.map(({ contribution }) => contribution), margin];
  return {
    grid: { left: 110, right: 70, top: 12, bottom: 44 },
    xAxis: axis(`Log odds of ${name}`, colours, {
      type: 'value',
      axisLabel: { color: colours.soft, formatter: (value: number) => (value + lowest).toFixed(1) },
    }),
    yAxis: axis('', colours, {
      type: 'category',
      inverse: true,
      data: names,
      axisLabel: { color: colours.soft, width: 100, overflow: 'truncate' },
    }),
    tooltip: { show: false },
    series: [
      {
        type: 'bar',
        stack: 'w',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: drawn.map(({ low }) => low),
      },
      {
        type: 'bar',
        stack: 'w',
        barMaxWidth: 18,
        data: drawn.map(({ size, colour }) => ({ value: size, itemStyle: { color: colour } })),
        label: {
          show: true,
          position: 'right',
          color: colours.text,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const value = shown[dataIndex];
            const isEnd = dataIndex === 0 || dataIndex === shown.length - 1;
            return `${!isEnd && value >= 0 ? '+' : ''}${value.toFixed(2)}`;
          },
        },
      },
    ],
  };
}
