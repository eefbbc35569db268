import { SvelteMap } from 'svelte/reactivity';
import type { TrackQuery, TrackRow } from '../../src-main/library/contract.ts';
import type { Transport } from '../transport/transport.ts';

export const PAGE = 200;
const MAX_PAGES = 30;

/** The rows of a query, fetched as they come into view; far pages are forgotten. */
export class TrackPages {
  total = $state(0);
  /** False until the first answer. */
  isLoaded = $state(false);
  readonly #transport: Transport;
  readonly #pages = new SvelteMap<number, TrackRow[]>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #asked = new Set<number>();
  #query: TrackQuery = {};
  #generation = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  row(index: number): TrackRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Another query; the old rows go when the new ones are there. */
  async ask(query: TrackQuery): Promise<void> {
    this.#query = query;
    await this.refresh();
  }

  async refresh(firstVisible = 0): Promise<void> {
    const generation = ++this.#generation;
    const page = Math.floor(firstVisible / PAGE);
    const answer = await this.#fetch(page);
    if (generation !== this.#generation) return;
    this.#pages.clear();
    this.#asked.clear();
    this.#asked.add(page);
    this.#pages.set(page, answer.tracks);
    this.total = answer.total;
    this.isLoaded = true;
  }

  /** Sees to it that these rows will be there. */
  show(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) {
      if (!this.#asked.has(page) && page * PAGE < Math.max(1, this.total)) void this.#load(page);
    }
  }

  async #load(page: number): Promise<void> {
    const generation = this.#generation;
    this.#asked.add(page);
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
