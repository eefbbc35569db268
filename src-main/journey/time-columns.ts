/** More than a window or a picture is wide. */
export const MOST_COLUMNS = 1200;

/**
 * Frames that stream by, as at most `MOST_COLUMNS` means of equal stretches, however long the track turns out
 * to be: when there are twice as many, each two become one.
 */
export class TimeColumns {
  readonly #rows: number;
  #columns: Float32Array[] = [];
  #sum: Float32Array;
  #count = 0;
  /** Frames in one column. */
  #width = 1;

  constructor(rows: number) {
    this.#rows = rows;
    this.#sum = new Float32Array(rows);
  }

  add(frame: Float32Array): void {
    for (let row = 0; row < this.#rows; row++) this.#sum[row] += frame[row];
    if (++this.#count === this.#width) this.#close();
  }

  #close(): void {
    const count = this.#count;
    this.#columns.push(this.#sum.map((value) => value / count));
    this.#sum = new Float32Array(this.#rows);
    this.#count = 0;
    if (this.#columns.length === 2 * MOST_COLUMNS) this.#halve();
  }

  #halve(): void {
    this.#columns = Array.from({ length: MOST_COLUMNS }, (_, i) => {
      const [a, b] = [this.#columns[2 * i], this.#columns[2 * i + 1]];
      return a.map((value, row) => (value + b[row]) / 2);
    });
    this.#width *= 2;
  }

  /** Row by row, each as many values as `count`. */
  finish(count: number): Float32Array[] {
    if (this.#count > 0) this.#close();
    const rows = Array.from({ length: this.#rows }, (_, row) =>
      Float32Array.from(this.#columns, (column) => column[row]),
    );
    return rows.map((row) => meanColumns(row, count));
  }
}

/** Means of `count` equal stretches of a row; a shorter row is stretched. */
export function meanColumns(row: Float32Array, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, column) => {
    const from = Math.floor((column * row.length) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * row.length) / count));
    let sum = 0;
    for (let i = from; i < to; i++) sum += row[i];
    return sum / (to - from);
  });
}
