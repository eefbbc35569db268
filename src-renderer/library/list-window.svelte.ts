export const ROW = 52;
/** Rows drawn beyond the edges. */
const MARGIN = 8;
/** Pixels: browsers lay out nothing taller than 16.7 million on sharp screens. */
const TALLEST = 16_000_000;

/** Which rows of a long list are in sight; of a list too tall for a browser a scrolled pixel is more than one. */
export class ListWindow {
  height = $state(600);
  scrollTop = $state(0);
  /** Of what is scrolled. */
  readonly tall = $derived(Math.min(this.count * ROW, TALLEST));
  readonly first = $derived(Math.max(0, Math.floor(this.#top / ROW) - MARGIN));
  /** The row after the last. */
  readonly end = $derived(
    Math.min(this.count, Math.ceil((this.#top + this.height) / ROW) + MARGIN),
  );
  readonly rows = $derived(
    Array.from({ length: Math.max(0, this.end - this.first) }, (_, i) => this.first + i),
  );
  /** Rows of a page, for keys. */
  readonly page = $derived(Math.max(1, Math.floor(this.height / ROW) - 1));

  readonly #countRows: () => number;

  constructor(countRows: () => number) {
    this.#countRows = countRows;
  }

  get count(): number {
    return this.#countRows();
  }

  /** Where a row is drawn in what is scrolled. */
  placeOf(row: number): number {
    return row * ROW - this.#top + this.scrollTop;
  }

  /** How far to scroll so that a row is in sight, no farther than need be. */
  scrollTo(row: number): number {
    const top = Math.min(row * ROW, Math.max(this.#top, (row + 1) * ROW - this.height));
    return top / this.#stretch;
  }

  get #stretch(): number {
    const room = this.tall - this.height;
    return room > 0 ? (this.count * ROW - this.height) / room : 1;
  }

  get #top(): number {
    return this.scrollTop * this.#stretch;
  }
}
