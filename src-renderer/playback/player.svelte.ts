import type { TrackRow } from '../../src-main/library/contract.ts';
import type { PlaybackState } from '../../src-main/playback/contract.ts';
import type { Transport } from '../transport/transport.ts';
import { Amplifier } from './amplifier.ts';
import { levellingGain, TARGET_LOUDNESS } from './levelling.ts';
import { moved, nextIndex, shuffled, unshuffled, without } from './queue.ts';
import { SystemPlayer } from './system-player.ts';

const SAVE_MILLISECONDS = 1000;
const NO_ORDER: number[] = [];
/** After this many files in a row that cannot be played, playing ends. */
const MAX_FAILURES = 5;

/** Plays the queue. The audio element is the only sound there is. */
export class Player {
  queue = $state.raw<number[]>([]);
  index = $state(-1);
  current = $state.raw<TrackRow | null>(null);
  playing = $state(false);
  positionSeconds = $state(0);
  volume = $state(1);
  muted = $state(false);
  shuffle = $state(false);
  repeat = $state<PlaybackState['repeat']>('off');
  /** Why the last track could not be played. */
  problem = $state<string | null>(null);
  readonly audio = new Audio();
  readonly #transport: Transport;
  readonly #amplifier = new Amplifier(this.audio);
  readonly #system = new SystemPlayer({
    play: () => void (this.playing || this.toggle()),
    pause: () => this.audio.pause(),
    next: () => void this.next(),
    previous: () => void this.previous(),
    seek: (seconds) => this.seek(seconds),
    seekBy: (seconds) => this.seek(this.positionSeconds + seconds),
  });
  #levelling = true;
  /** dBTP of the current track, where it was asked for. */
  #truePeak: number | null = null;
  /** The queue before it was shuffled. */
  #order: number[] = [];
  /** Seconds that a converted stream began at. */
  #streamStart = 0;
  #failures = 0;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  /** As last saved: a long one is not written again each second. */
  #savedQueue: number[] = [];
  #savedOrder: number[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
    this.audio.preload = 'auto';
    this.audio.addEventListener('timeupdate', () => {
      this.positionSeconds = this.#streamStart + this.audio.currentTime;
      this.#saveLater();
    });
    this.audio.addEventListener('playing', () => (this.#failures = 0));
    this.audio.addEventListener('ended', () => void this.#ended());
    this.audio.addEventListener('error', () => void this.#failed());
    this.audio.addEventListener('play', () => this.#setPlaying(true));
    this.audio.addEventListener('pause', () => this.#setPlaying(false));
    for (const news of ['play', 'seeked', 'durationchange']) {
      this.audio.addEventListener(news, () =>
        this.#system.place(this.positionSeconds, this.durationSeconds),
      );
    }
  }

  get durationSeconds(): number {
    return (
      this.current?.durationSeconds ??
      (Number.isFinite(this.audio.duration) ? this.audio.duration : 0)
    );
  }

  /** The queue as it was left, ready but silent. */
  async restore(): Promise<void> {
    const state = await this.#transport.call('playback.getState');
    [this.queue, this.#order] = [state.queue, state.order];
    this.volume = state.volume;
    this.muted = state.muted;
    this.shuffle = state.shuffle;
    this.repeat = state.repeat;
    this.#applyVolume();
    if (state.index >= 0) await this.#load(state.index, state.positionSeconds);
  }

  async play(ids: number[], startIndex = 0): Promise<void> {
    if (ids.length === 0) return;
    this.#order = ids;
    this.queue = this.shuffle ? shuffled(ids, startIndex, Math.random) : [...ids];
    await this.#start(this.shuffle ? 0 : startIndex);
  }

  async playAt(index: number): Promise<void> {
    await this.#start(index);
  }

  playNext(ids: number[]): void {
    const at = this.index + 1;
    this.queue = [...this.queue.slice(0, at), ...ids, ...this.queue.slice(at)];
    this.#saveLater();
  }

  enqueue(ids: number[]): void {
    this.queue = [...this.queue, ...ids];
    this.#saveLater();
  }

  remove(at: number): void {
    const wasCurrent = at === this.index;
    ({ queue: this.queue, index: this.index } = without(this.queue, this.index, at));
    if (wasCurrent && this.index >= 0) void this.#load(this.index, 0, this.playing);
    else if (wasCurrent) this.#stop();
    this.#saveLater();
  }

  move(from: number, to: number): void {
    if (to < 0 || to >= this.queue.length) return;
    ({ queue: this.queue, index: this.index } = moved(this.queue, this.index, from, to));
    this.#saveLater();
  }

  clear(): void {
    this.queue = [];
    this.index = -1;
    this.#stop();
    this.#saveLater();
  }

  async toggle(): Promise<void> {
    if (this.playing) this.audio.pause();
    else if (this.audio.error)
      await this.#start(this.index); // The drive may be back.
    else if (this.audio.src) await this.audio.play().catch(() => {});
    else if (this.queue.length > 0) await this.#start(Math.max(0, this.index));
  }

  async next(): Promise<void> {
    const index = nextIndex(
      this.queue.length,
      this.index,
      this.repeat === 'one' ? 'all' : this.repeat,
    );
    if (index >= 0) await this.#start(index);
    else this.audio.pause();
  }

  /** Early in a track the one before; later its beginning. */
  async previous(): Promise<void> {
    if (this.positionSeconds > 3 || this.index <= 0) this.seek(0);
    else await this.#start(this.index - 1);
  }

  seek(seconds: number): void {
    const target = Math.max(0, Math.min(seconds, this.durationSeconds || seconds));
    if (this.current?.isTranscoded) void this.#load(this.index, target, this.playing);
    else this.audio.currentTime = target;
    this.positionSeconds = target;
  }

  setVolume(volume: number): void {
    this.volume = Math.max(0, Math.min(1, volume));
    this.muted = false;
    this.#applyVolume();
    this.#saveLater();
  }

  toggleMute(): void {
    this.muted = !this.muted;
    this.#applyVolume();
    this.#saveLater();
  }

  /** Whether tracks are brought to one loudness. */
  setLevelling(levelling: boolean): void {
    this.#levelling = levelling;
    this.#applyVolume();
    void this.#askForTruePeak();
  }

  toggleShuffle(): void {
    this.shuffle = !this.shuffle;
    if (this.shuffle) {
      this.#order = this.queue;
      this.queue = shuffled(this.queue, this.index, Math.random);
      this.index = this.queue.length > 0 ? 0 : -1;
    } else {
      const current = this.queue[this.index];
      this.queue = unshuffled(this.queue, this.#order);
      this.index = this.queue.indexOf(current);
    }
    this.#saveLater();
  }

  cycleRepeat(): void {
    this.repeat = ({ off: 'all', all: 'one', one: 'off' } as const)[this.repeat];
    this.#saveLater();
  }

  async #start(index: number): Promise<void> {
    this.problem = null;
    await this.#load(index, 0, true);
  }

  async #load(index: number, seconds: number, play = false): Promise<void> {
    const id = this.queue[index];
    if (id === undefined) return;
    this.index = index;
    const [track] = await this.#transport.call('library.getTracks', { ids: [id] });
    if (this.queue[this.index] !== id) return;
    this.current = track ?? null;
    this.#truePeak = null;
    this.#applyVolume();
    void this.#askForTruePeak();
    const isStream = track?.isTranscoded === true;
    this.#streamStart = isStream ? seconds : 0;
    this.positionSeconds = seconds;
    const start = isStream && seconds > 0 ? `?start=${seconds}` : '';
    this.audio.src = this.#transport.bytesUrl(`audio/${id}${start}`);
    if (!isStream && seconds > 0) this.audio.currentTime = seconds;
    this.#describe();
    if (play) await this.audio.play().catch(() => {}); // The reason comes as an error event.
    this.#saveLater();
  }

  #stop(): void {
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
    this.current = null;
    this.positionSeconds = 0;
    this.#system.tell('none');
  }

  async #ended(): Promise<void> {
    if (this.repeat === 'one') return this.#start(this.index);
    const index = nextIndex(this.queue.length, this.index, this.repeat);
    if (index >= 0) await this.#start(index);
  }

  /** A track that cannot be played is said, and passed over where something was to be heard. */
  async #failed(): Promise<void> {
    if (!this.audio.getAttribute('src')) return;
    const title = this.current?.title ?? 'The track';
    this.problem = `“${title}” cannot be played: the file is missing, damaged or of an unknown format.`;
    const wasPlaying = this.playing;
    this.#setPlaying(false);
    if (!wasPlaying || ++this.#failures > MAX_FAILURES) return;
    const index = nextIndex(this.queue.length, this.index, 'off');
    if (index >= 0) await this.#load(index, 0, true);
  }

  #setPlaying(playing: boolean): void {
    this.playing = playing;
    this.#system.tell(playing ? 'playing' : this.current ? 'paused' : 'none');
    void this.#transport.call('playback.setPlaying', { playing }).catch(() => {});
    this.#saveLater();
  }

  #applyVolume(): void {
    const loudness = this.#levelling ? (this.current?.loudness ?? null) : null;
    const gain = levellingGain(loudness, this.#truePeak);
    this.audio.volume = this.volume * Math.min(1, gain);
    this.#amplifier.set(Math.max(1, gain));
    this.audio.muted = this.muted;
  }

  /** Only a quiet track needs it; it plays as it is until the answer is there. */
  async #askForTruePeak(): Promise<void> {
    const { current } = this;
    if (!this.#levelling || (current?.loudness ?? TARGET_LOUDNESS) >= TARGET_LOUDNESS) return;
    const trackId = current!.id;
    const peak = await this.#transport.call('playback.getTruePeak', { trackId }).catch(() => null);
    if (this.current?.id !== trackId) return;
    this.#truePeak = peak;
    this.#applyVolume();
  }

  #describe(): void {
    if (!this.current) return;
    const { id, hasArtwork } = this.current;
    this.#system.show(this.current, hasArtwork ? this.#transport.bytesUrl(`artwork/${id}`) : null);
  }

  #saveLater(): void {
    if (this.#saveTimer !== undefined) return;
    this.#saveTimer = setTimeout(() => {
      this.#saveTimer = undefined;
      void this.#save();
    }, SAVE_MILLISECONDS);
  }

  async #save(): Promise<void> {
    const { queue, index, positionSeconds, volume, muted, shuffle, repeat } = this;
    const order = shuffle ? this.#order : NO_ORDER;
    const state = { index, positionSeconds, volume, muted, shuffle, repeat };
    try {
      if (queue !== this.#savedQueue || order !== this.#savedOrder) {
        await this.#transport.call('playback.saveQueue', { queue, order });
        [this.#savedQueue, this.#savedOrder] = [queue, order];
      }
      await this.#transport.call('playback.saveState', state);
    } catch {
      // It is tried again with the next change.
    }
  }
}
