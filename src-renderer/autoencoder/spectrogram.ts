import type { Transport } from '../transport/transport.ts';

/** bands × columns, the lowest band first; 0 is silence. */
export interface Spectrogram {
  bands: number;
  columns: number;
  values: Uint8Array;
}

/** @param path such as `latent/3/spectrogram?point=0.1,2`; @throws Error with a sentence */
export async function fetchSpectrogram(
  transport: Transport,
  path: string,
  signal?: AbortSignal,
): Promise<Spectrogram> {
  const response = await fetch(transport.bytesUrl(path), { signal });
  if (!response.ok) {
    const { error } = (await response.json()) as { error: { message: string } };
    throw new Error(error.message);
  }
  const buffer = await response.arrayBuffer();
  const [bands, columns] = new Uint32Array(buffer, 0, 2);
  return { bands, columns, values: new Uint8Array(buffer, 8) };
}

/** Dark to bright through blue, purple and orange: brightness alone tells as much. */
const RAMP: [number, number, number][] = [
  [8, 8, 20],
  [48, 24, 96],
  [128, 36, 120],
  [220, 82, 84],
  [250, 164, 68],
  [252, 244, 190],
];

/** Draws a spectrogram into a canvas of its own size, low notes at the bottom. */
export function drawSpectrogram(
  canvas: HTMLCanvasElement,
  { bands, columns, values }: Spectrogram,
): void {
  canvas.width = columns;
  canvas.height = bands;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(columns, bands);
  for (let band = 0; band < bands; band++) {
    for (let column = 0; column < columns; column++) {
      const colour = colourOf(values[band * columns + column] / 255);
      image.data.set(colour, 4 * ((bands - 1 - band) * columns + column));
    }
  }
  context.putImageData(image, 0, 0);
}

function colourOf(level: number): [number, number, number, number] {
  const at = level * (RAMP.length - 1);
  const from = Math.min(RAMP.length - 2, Math.floor(at));
  const part = at - from;
  const mix = (channel: number): number =>
    Math.round(RAMP[from][channel] * (1 - part) + RAMP[from + 1][channel] * part);
  return [mix(0), mix(1), mix(2), 255];
}
