import type { TrackRow } from '../../src-main/library/contract.ts';

/** What the system's buttons and a headset's keys may ask for. */
interface Asked {
  play(): void;
  pause(): void;
  next(): void;
  previous(): void;
  /** To a second of the track. */
  seek(seconds: number): void;
  /** By seconds, backwards where they are negative. */
  seekBy(seconds: number): void;
}

const STRIDE_SECONDS = 10;

/** The player that the system shows on its own (Media Session), where there is one. */
export class SystemPlayer {
  readonly #session = 'mediaSession' in navigator ? navigator.mediaSession : null;

  constructor(asked: Asked) {
    const session = this.#session;
    if (!session) return;
    session.setActionHandler('play', () => asked.play());
    session.setActionHandler('pause', () => asked.pause());
    session.setActionHandler('nexttrack', () => asked.next());
    session.setActionHandler('previoustrack', () => asked.previous());
    session.setActionHandler('seekto', ({ seekTime }) => asked.seek(seekTime ?? 0));
    session.setActionHandler('seekforward', ({ seekOffset }) =>
      asked.seekBy(seekOffset ?? STRIDE_SECONDS),
    );
    session.setActionHandler('seekbackward', ({ seekOffset }) =>
      asked.seekBy(-(seekOffset ?? STRIDE_SECONDS)),
    );
  }

  /** @param artworkUrl null where the track has none */
  show({ title, artist, album }: TrackRow, artworkUrl: string | null): void {
    if (!this.#session) return;
    const artwork = artworkUrl === null ? [] : [{ src: artworkUrl }];
    this.#session.metadata = new MediaMetadata({ title, artist, album, artwork });
  }

  tell(state: MediaSessionPlaybackState): void {
    if (!this.#session) return;
    this.#session.playbackState = state;
    if (state === 'none') this.#session.metadata = null;
  }

  /** Where in the track it is, in seconds; a length that is not known is not told. */
  place(position: number, duration: number): void {
    if (!(duration > 0) || !Number.isFinite(duration)) return;
    this.#session?.setPositionState({ duration, position: Math.min(position, duration) });
  }
}
