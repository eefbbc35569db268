import type { PanelName } from '../../journey/contract.ts';

type Rgb = readonly [number, number, number];

/** Magma (Smith and van der Walt): even steps in lightness, also without colour vision. */
const MAGMA: Rgb[] = [
  [0, 0, 4],
  [28, 16, 68],
  [79, 18, 123],
  [129, 37, 129],
  [181, 54, 122],
  [229, 80, 100],
  [251, 135, 97],
  [254, 194, 135],
  [252, 253, 191],
];
/** Blue below, amber above what is usual. */
const DIVERGING: Rgb[] = [
  [70, 150, 230],
  [40, 84, 140],
  [18, 24, 38],
  [140, 84, 20],
  [245, 165, 60],
];
const STEPS = 256;

/** Panels whose middle value is the usual one. */
const AROUND_THE_MIDDLE: readonly PanelName[] = ['mfcc', 'tonnetz'];

/** Red, green and blue of each of 256 bytes, one after another. */
export function panelColours(name: PanelName): Uint8Array {
  const anchors = AROUND_THE_MIDDLE.includes(name) ? DIVERGING : MAGMA;
  const colours = new Uint8Array(3 * STEPS);
  for (let step = 0; step < STEPS; step++) {
    const place = (step / (STEPS - 1)) * (anchors.length - 1);
    const below = Math.min(Math.floor(place), anchors.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [anchors[below][channel], anchors[below + 1][channel]];
      colours[3 * step + channel] = Math.round(from + (place - below) * (to - from));
    }
  }
  return colours;
}
