import { SvelteMap } from 'svelte/reactivity';
import type { TrackQuery, TrackRow } from '../../src-main/library/contract.ts';
import type { Transport } from '../transport/transport.ts';

const PAGE = 200;
const MAX_PAGES = 30;

/** The rows of a query, fetched as they come into view; far pages are forgotten. */
export class TrackPages {
  total = $state(0);
  /** False until the first answer. */
  isLoaded = $state(false);
  readonly #transport: Transport;
  readonly #pages = new SvelteMap<number, TrackRow[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #asked = new Map<number, Promise<void>>();
  #wanted: number[] = [];
  #isFetching = false;
  #query: TrackQuery = {};
  #generation = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  row(index: number): TrackRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** A row that may have to be fetched first. */
  async fetchRow(index: number): Promise<TrackRow | undefined> {
    if (!this.row(index)) await this.#load(Math.floor(index / PAGE));
    return this.row(index);
  }

  /** Another query; the old rows go when the new ones are there. */
  async ask(query: TrackQuery): Promise<void> {
    this.#query = query;
    await this.refresh(0, 0);
  }

  /** Reads anew what is in view. */
  async refresh(from: number, to: number): Promise<void> {
    const generation = ++this.#generation;
    const pages = pagesOf(from, to);
    const answers = await Promise.all(pages.map((page) => this.#fetch(page)));
    if (generation !== this.#generation) return;
    this.#pages.clear();
    this.#asked.clear();
    answers.forEach(({ tracks }, i) => {
      this.#asked.set(pages[i], Promise.resolve());
      this.#pages.set(pages[i], tracks);
    });
    this.total = answers[0].total;
    this.isLoaded = true;
  }

  /** Sees to it that these rows will be there. While one is fast, only what is in view then is fetched. */
  show(from: number, to: number): void {
    this.#wanted = pagesOf(from, to);
    if (!this.#isFetching) void this.#fetchWanted();
  }

  async #fetchWanted(): Promise<void> {
    const isMissing = (page: number): boolean =>
      !this.#asked.has(page) && page * PAGE < Math.max(1, this.total);
    this.#isFetching = true;
    for (let page; (page = this.#wanted.find(isMissing)) !== undefined;) {
      const generation = this.#generation;
      await this.#load(page);
      if (generation === this.#generation && !this.#asked.has(page)) break; // It failed.
    }
    this.#isFetching = false;
  }

  #load(page: number): Promise<void> {
    const known = this.#asked.get(page);
    if (known) return known;
    const asked = this.#take(page).catch(() => void this.#asked.delete(page)); // Until it is asked for again.
    this.#asked.set(page, asked);
    return asked;
  }

  async #take(page: number): Promise<void> {
    const generation = this.#generation;
    const { tracks } = await this.#fetch(page);
    if (generation !== this.#generation) return;
    this.#pages.set(page, tracks);
    this.#forgetFarFrom(page);
  }

  #forgetFarFrom(page: number): void {
    if (this.#pages.size <= MAX_PAGES) return;
    const farthest = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(b - page) - Math.abs(a - page),
    )[0];
    this.#pages.delete(farthest);
    this.#asked.delete(farthest);
  }

  #fetch(page: number): Promise<{ total: number; tracks: TrackRow[] }> {
    const place = { offset: page * PAGE, limit: PAGE };
    return this.#transport.call('library.listTracks', { ...this.#query, ...place });
  }
}

/** Pages that hold these rows. */
function pagesOf(from: number, to: number): number[] {
  const first = Math.floor(from / PAGE);
  return Array.from({ length: Math.floor(to / PAGE) - first + 1 }, (_, i) => first + i);
}
