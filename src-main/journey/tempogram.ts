/** Frames of the window, 8 s, as the tempo is estimated with. */
const WINDOW = 344;
/** Frames of 512 samples at 22,050 Hz in a minute. */
const FRAMES_PER_MINUTE = (60 * 22050) / 512;
const SLOWEST = 30;
const FASTEST = 300;
/** From the slowest upwards, as many BPM between rows in proportion. */
const ROWS = 96;

/** BPM of each row, the slowest first. */
export const tempoRows: number[] = Array.from(
  { length: ROWS },
  (_, row) => SLOWEST * (FASTEST / SLOWEST) ** (row / (ROWS - 1)),
);

/**
 * How strongly an onset envelope repeats at each tempo around each of `columns` moments: autocorrelation
 * under a Hann window of 8 s, divided by that of no lag (Grosche, Müller and Kurth 2010).
 * @returns a row per tempo, 0 to 1
 */
export function tempogram(onset: Float32Array, columns: number): Float32Array[] {
  const lags = tempoRows.map((bpm) => FRAMES_PER_MINUTE / bpm);
  const longest = Math.ceil(lags[0]) + 1;
  const rows = lags.map(() => new Float32Array(columns));
  const hann = Float32Array.from(
    { length: WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
  );
  const part = new Float32Array(WINDOW);
  for (let column = 0; column < columns; column++) {
    const centre = Math.floor(((column + 0.5) * onset.length) / columns);
    for (let i = 0; i < WINDOW; i++) part[i] = (onset[centre - WINDOW / 2 + i] ?? 0) * hann[i];
    const products = Float32Array.from({ length: longest + 1 }, (_, lag) => product(part, lag));
    if (products[0] <= 0) continue;
    lags.forEach((lag, row) => {
      const below = Math.floor(lag);
      const between = products[below] + (lag - below) * (products[below + 1] - products[below]);
      rows[row][column] = Math.max(0, between / products[0]);
    });
  }
  return rows;
}

function product(part: Float32Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < WINDOW; i++) sum += part[i] * part[i - lag];
  return sum;
}
