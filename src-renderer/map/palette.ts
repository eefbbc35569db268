/**
 * Twelve colours that people with any of the common colour vision deficiencies tell apart (after Okabe and
 * Ito, and Tol's bright and muted sets), for both backgrounds.
 */
export const CATEGORY_COLOURS = {
  light: [
    '#0072b2',
    '#d55e00',
    '#009e73',
    '#cc79a7',
    '#b8860b',
    '#56b4e9',
    '#882255',
    '#117733',
    '#6a3d9a',
    '#e0654a',
    '#44aa99',
    '#7f6a3a',
  ],
  dark: [
    '#56b4e9',
    '#f0924a',
    '#2fc796',
    '#e79bc4',
    '#f0d442',
    '#4f8ff0',
    '#c76a94',
    '#7ac36a',
    '#a98ae8',
    '#ff8a75',
    '#6fd6cf',
    '#c9b27a',
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
