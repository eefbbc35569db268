import type { TrackRow } from '../../src-main/library/contract.ts';
import type { Transport } from '../transport/transport.ts';

const PAUSE_MILLISECONDS = 30;

/** The track whose dot is under the pointer; what it is called follows a moment later. */
export class Hovering {
  id = $state<number | null>(null);
  track = $state.raw<TrackRow | null>(null);
  readonly #transport: Transport;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  over(id: number | null): void {
    if (id === this.id) return;
    this.id = id;
    this.track = null;
    clearTimeout(this.#timer);
    if (id === null) return;
    this.#timer = setTimeout(() => {
      this.#transport
        .call('library.getTracks', { ids: [id] })
        .then(([track]) => {
          if (id === this.id) this.track = track ?? null;
        })
        .catch(() => {}); // Without an answer nothing is told.
    }, PAUSE_MILLISECONDS);
  }
}
