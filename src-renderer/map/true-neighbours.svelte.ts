import type { TrueNeighbour } from '../../src-main/projection/contract.ts';
import type { Transport } from '../transport/transport.ts';

const PAUSE_MILLISECONDS = 120;

/** Where the nearest of one track in sound lie, whatever the map makes of them. */
export class TrueNeighbours {
  found = $state.raw<TrueNeighbour[]>([]);
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Asks once the question has stood for a moment.
   * @returns takes the question back
   */
  ask(about: { mapId: number; trackId: number } | null): () => void {
    this.found = [];
    if (!about) return () => {};
    let isOpen = true;
    const timer = setTimeout(() => {
      this.#transport
        .call('projection.trueNeighbours', about)
        .then((found) => {
          if (isOpen) this.found = found;
        })
        .catch(() => {}); // Without an answer no lines are drawn.
    }, PAUSE_MILLISECONDS);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }
}
