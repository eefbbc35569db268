import type { TrackQuery } from '../../src-main/library/contract.ts';
import type { MapSelection } from '../map/map-selection.svelte.ts';
import type { Transport } from '../transport/transport.ts';

/** Chooses tracks of a list as lists of files do: single ones, and stretches from an anchor to where one is. */
export class ChosenRows {
  /** Where a stretch begins. */
  anchor = 0;
  readonly #transport: Transport;
  readonly #chosen: MapSelection;
  #turn = 0;

  constructor(transport: Transport, chosen: MapSelection) {
    this.#transport = transport;
    this.#chosen = chosen;
  }

  /** One track alone is shown in detail; whoever leaves the chosen ones lets go of them. */
  leave(index: number, id: number): void {
    this.#turn++;
    this.anchor = index;
    if (!this.#chosen.has(id)) this.#chosen.clear();
  }

  /** @param shownId the track in detail, which counts as chosen where no other is */
  toggle(index: number, id: number, shownId: number | null): void {
    this.#turn++;
    this.anchor = index;
    const isFirst = this.#chosen.ids === null && shownId !== null && shownId !== id;
    if (isFirst) this.#chosen.choose([shownId, id], 'replace');
    else this.#chosen.choose([id], this.#chosen.has(id) ? 'remove' : 'add');
  }

  /** Chooses from the anchor to a row, whether they were ever loaded or not. */
  async reach(query: TrackQuery, to: number, isAdded: boolean): Promise<void> {
    const first = Math.min(this.anchor, to);
    const limit = Math.abs(this.anchor - to) + 1;
    await this.#choose({ ...query, offset: first, limit }, isAdded ? 'add' : 'replace');
  }

  async all(query: TrackQuery): Promise<void> {
    await this.#choose(query, 'replace');
  }

  /** Of several that are asked for quickly the last one stands. */
  async #choose(
    stretch: TrackQuery & { offset?: number; limit?: number },
    mode: 'add' | 'replace',
  ): Promise<void> {
    const turn = ++this.#turn;
    const ids = await this.#transport.call('library.listIds', stretch);
    if (turn === this.#turn) this.#chosen.choose(ids, mode);
  }
}
