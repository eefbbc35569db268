import type { TrackRow } from '../../src-main/library/contract.ts';
import type { Player } from '../playback/player.svelte.ts';
import type { Transport } from '../transport/transport.ts';

const FADE_MILLISECONDS = 250;
/** What plays steps back to this share of its volume meanwhile. */
const DUCKED = 0.12;

/** Lets a track be heard for as long as a key is held, without touching the queue. */
export class SoundPreview {
  readonly #audio = new Audio();
  readonly #transport: Transport;
  readonly #player: Player;
  #trackId: number | null = null;
  #fade: ReturnType<typeof setInterval> | undefined;

  constructor(transport: Transport, player: Player) {
    this.#transport = transport;
    this.#player = player;
  }

  /** From a third of the track on, where most music is itself. */
  start({ id, durationSeconds, isTranscoded }: TrackRow): void {
    if (id === this.#trackId) return;
    this.#trackId = id;
    const from = Math.floor((durationSeconds ?? 0) / 3);
    const start = isTranscoded ? `?start=${from}` : '';
    this.#audio.src = this.#transport.bytesUrl(`audio/${id}${start}`);
    if (!isTranscoded) this.#audio.currentTime = from;
    this.#audio.volume = 0;
    this.#player.audio.volume = this.#player.volume * DUCKED;
    this.#fadeTo(this.#player.volume);
    void this.#audio.play().catch(() => {}); // A track that cannot be heard stays silent.
  }

  stop(): void {
    if (this.#trackId === null) return;
    this.#trackId = null;
    this.#player.audio.volume = this.#player.volume;
    this.#fadeTo(0);
  }

  dispose(): void {
    this.stop();
    clearInterval(this.#fade);
    this.#audio.pause();
  }

  #fadeTo(volume: number): void {
    clearInterval(this.#fade);
    const step = (volume - this.#audio.volume) / 10;
    let left = 10;
    this.#fade = setInterval(() => {
      left--;
      const next = left > 0 ? this.#audio.volume + step : volume;
      this.#audio.volume = Math.max(0, Math.min(1, next));
      if (left > 0) return;
      clearInterval(this.#fade);
      if (volume === 0) this.#audio.pause();
    }, FADE_MILLISECONDS / 10);
  }
}
