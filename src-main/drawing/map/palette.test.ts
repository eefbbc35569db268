import { expect, test } from 'vitest';
import { CATEGORY_COLOURS, circleColour, NO_VALUE_COLOUR, sequenceColour } from './palette.ts';
import { SHAPES } from './shapes.ts';

type Triple = [number, number, number];

/** The grounds of the map in the style sheet. */
const GROUND = { light: '#fbfcfd', dark: '#0b0e13' };

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear light. */
const SIGHT: Record<string, Triple[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const linear = (hex: string): Triple =>
  [1, 3, 5].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Triple;
const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const luminance = (hex: string): number => dot([0.2126, 0.7152, 0.0722], linear(hex));

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** OKLab (Ottosson). */
function perceived(light: Triple): Triple {
  const [l, m, s] = [
    dot([0.4122214708, 0.5363325363, 0.0514459929], light),
    dot([0.2119034982, 0.6806995451, 0.1073969566], light),
    dot([0.0883024619, 0.2817188376, 0.6299787005], light),
  ].map((cone) => Math.cbrt(Math.max(0, cone)));
  const cones: Triple = [l, m, s];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

/** Distance as the person with the weakest sight for this pair sees it. */
function apart(a: string, b: string): number {
  const distances = Object.values(SIGHT).map((rows) => {
    const seen = [a, b].map((hex) =>
      perceived(rows.map((row) => dot(row, linear(hex))) as Triple),
    ) as [Triple, Triple];
    return Math.hypot(...seen[0].map((value, k) => value - seen[1][k]));
  });
  return Math.min(...distances);
}

for (const theme of ['light', 'dark'] as const) {
  const colours = CATEGORY_COLOURS[theme];
  test(`categories stand out from the ground by 3 to 1 (${theme})`, () => {
    for (const colour of colours) {
      expect(contrast(colour, GROUND[theme]), colour).toBeGreaterThanOrEqual(3);
    }
  });

  test(`categories stay apart for every kind of sight, by colour or by shape (${theme})`, () => {
    colours.forEach((a, i) => {
      colours.slice(0, i).forEach((b, j) => {
        const least = (i - j) % SHAPES.length === 0 ? 0.1 : 0.04;
        expect(apart(a, b), `${a} and ${b}`).toBeGreaterThan(least);
      });
    });
  });

  test(`what has no value is fainter than what has one (${theme})`, () => {
    expect(contrast(NO_VALUE_COLOUR[theme], GROUND[theme])).toBeGreaterThan(1.5);
  });

  test(`the scale of numbers grows steadily in lightness (${theme})`, () => {
    const isDark = theme === 'dark';
    const scale = [0, 0.25, 0.5, 0.75, 1].map((share) => luminance(sequenceColour(share, isDark)));
    expect(scale).toEqual([...scale].sort((a, b) => a - b));
  });
}

test('related keys have one hue, and twelve hues go around', () => {
  const hue = (key: string): string => /hsl\((\d+)/.exec(circleColour(key, false))![1];
  expect(hue('A minor')).toBe(hue('C major'));
  expect(new Set(['C', 'G', 'D', 'A', 'E', 'B'].map((tonic) => hue(`${tonic} major`))).size).toBe(
    6,
  );
});
