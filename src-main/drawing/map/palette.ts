/**
 * Twelve colours for each ground. With the shape that goes with its place (`SHAPES` in turn) every pair
 * stays apart for people with any of the common colour vision deficiencies, and each stands out from the
 * ground by 3 to 1; the test measures both.
 */
export const CATEGORY_COLOURS = {
  light: [
    '#d55e00',
    '#882255',
    '#009e73',
    '#4457d6',
    '#9a6bd6',
    '#5b8c00',
    '#8c4a1e',
    '#7f6a3a',
    '#16857f',
    '#3f6fb5',
    '#0b5d7a',
    '#1f3a93',
  ],
  dark: [
    '#9fb8ff',
    '#f0924a',
    '#2fc796',
    '#b57bff',
    '#ffd79a',
    '#e0506e',
    '#a8733a',
    '#1fa3a3',
    '#d66a94',
    '#e79bc4',
    '#f0d442',
    '#ffc2dc',
  ],
};

export const NO_VALUE_COLOUR = { light: '#a9b0bd', dark: '#5d6676' };

/** Viridis (Smith and van der Walt), without the end that the background would swallow. */
const VIRIDIS = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
];

/** @param share 0 to 1 */
export function sequenceColour(share: number, isDark: boolean): string {
  const range = isDark ? VIRIDIS.slice(2) : VIRIDIS.slice(0, 8);
  return range[Math.round(share * (range.length - 1))];
}

const FIFTHS = ['C', 'G', 'D', 'A', 'E', 'B', 'F♯', 'C♯', 'A♭', 'E♭', 'B♭', 'F'];

/** Keys that are near in harmony have near hues; minor is darker (lighter on dark ground) than major. */
export function circleColour(key: string, isDark: boolean): string {
  const [tonic, mode] = key.split(' ');
  const isMinor = mode === 'minor';
  // A minor shares its notes with C major, three steps back on the circle.
  const place = (FIFTHS.indexOf(tonic) + (isMinor ? 9 : 0)) % 12;
  const lightness = isDark ? (isMinor ? 74 : 60) : isMinor ? 34 : 48;
  return `hsl(${place * 30}, 62%, ${lightness}%)`;
}
