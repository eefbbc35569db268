import type { Dims, MapInfo } from '../../src-main/projection/contract.ts';
import type { Transport } from '../transport/transport.ts';

/** The maps that are kept, and which one was shown before the one that is shown. */
export class KeptMaps {
  /** The newest first. */
  list = $state.raw<MapInfo[]>([]);
  before = $state<number | null>(null);
  #shown: number | null = null;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async load(dims: Dims, shown: MapInfo): Promise<void> {
    const list = await this.#transport.call('projection.listMaps', { dims });
    if (shown.id !== this.#shown) {
      const last =
        list.find(({ id }) => id === this.#shown) ?? list.find(({ id }) => id < shown.id);
      this.before = last?.id ?? null;
      this.#shown = shown.id;
    }
    this.list = list;
  }
}
