import { beforeEach, expect, test, vi } from 'vitest';
import type { Transport } from '../transport/transport.ts';
import { Player } from './player.svelte.ts';

class FakeAudio extends EventTarget {
  src = '';
  paused = true;
  currentTime = 0;
  duration = NaN;
  volume = 1;
  muted = false;
  error: object | null = null;

  play(): Promise<void> {
    this.paused = false;
    this.dispatchEvent(new Event('play'));
    return Promise.resolve();
  }

  pause(): void {
    if (!this.paused) queueMicrotask(() => this.dispatchEvent(new Event('pause')));
    this.paused = true;
  }

  getAttribute(): string {
    return this.src;
  }

  removeAttribute(): void {
    this.src = '';
  }

  load(): void {}
}

const handlers = new Map<string, (details: object) => void>();
const session = {
  metadata: null as { title: string } | null,
  playbackState: 'none',
  setActionHandler: (name: string, run: (details: object) => void) => handlers.set(name, run),
  setPositionState: vi.fn(),
};
let player: Player;
/** What was saved, by the call that saved it, and how often. */
const saved = new Map<string, object>();
let queueSaves = 0;
let audio: FakeAudio;

const transport = {
  call: (name: string, input: { ids: number[] }) => {
    if (name.startsWith('playback.save')) saved.set(name, input);
    if (name === 'playback.saveQueue') queueSaves++;
    const answers: Record<string, () => object> = {
      'library.getTracks': () =>
        input.ids.map((id) => ({ id, title: `Track ${id}`, durationSeconds: 100, loudness: -10 })),
      'playback.getState': () => Object.assign({}, ...saved.values()) as object,
    };
    return Promise.resolve(answers[name]?.());
  },
  bytesUrl: (path: string) => path,
} as unknown as Transport;

beforeEach(() => {
  saved.clear();
  queueSaves = 0;
  vi.stubGlobal('Audio', FakeAudio);
  vi.stubGlobal('navigator', { mediaSession: session });
  vi.stubGlobal(
    'MediaMetadata',
    class extends Object {
      title: string;
      constructor({ title }: { title: string }) {
        super();
        this.title = title;
      }
    },
  );
  player = new Player(transport);
  audio = player.audio as unknown as FakeAudio;
});

const press = (name: string, details = {}): void => handlers.get(name)!(details);

test('a headset that says pause twice does not start the music again', async () => {
  await player.play([1, 2, 3]);
  expect(player.playing).toBe(true);
  press('pause');
  press('pause');
  await Promise.resolve();
  expect([player.playing, session.playbackState]).toEqual([false, 'paused']);
  press('play');
  press('play');
  expect([player.playing, session.playbackState]).toEqual([true, 'playing']);
});

test('the system is told what plays and where, and that nothing is left', async () => {
  await player.play([1, 2, 3]);
  expect(session.metadata?.title).toBe('Track 1');
  press('seekto', { seekTime: 30 });
  press('seekforward');
  press('seekbackward', { seekOffset: 5 });
  expect(audio.currentTime).toBe(35);
  audio.dispatchEvent(new Event('seeked'));
  expect(session.setPositionState).toHaveBeenLastCalledWith({ duration: 100, position: 35 });
  player.clear();
  await Promise.resolve();
  expect([session.metadata, session.playbackState]).toEqual([null, 'none']);
});

test('a track ends as the queue is to be repeated', async () => {
  const end = async (): Promise<number> => {
    audio.dispatchEvent(new Event('ended'));
    await vi.waitFor(() => expect(player.current?.id).toBe(player.queue[player.index]));
    return player.index;
  };
  await player.play([1, 2], 0);
  expect(await end()).toBe(1);
  expect(await end()).toBe(1); // Off: it was the last.
  player.cycleRepeat();
  expect(await end()).toBe(0);
  player.cycleRepeat();
  expect(await end()).toBe(0); // One.
  await player.next();
  expect(player.index).toBe(1); // Who presses the button wants another.
  await player.next();
  expect(player.index).toBe(0);
});

test('a shuffled queue has its order again after a restart, and is saved only where it changed', async () => {
  vi.useFakeTimers();
  try {
    const ids = Array.from({ length: 50 }, (_, i) => i + 1);
    await player.play(ids, 4);
    player.toggleShuffle();
    await vi.advanceTimersByTimeAsync(2000);
    const { queue } = player;
    expect(queue).not.toEqual(ids);
    player.setVolume(0.3);
    await vi.advanceTimersByTimeAsync(2000);
    expect([queueSaves, saved.get('playback.saveState')]).toMatchObject([1, { volume: 0.3 }]);
    const later = new Player(transport);
    await later.restore();
    expect([later.queue, later.current?.id, later.volume]).toEqual([queue, 5, 0.3]);
    later.toggleShuffle();
    expect([later.queue, later.index]).toEqual([ids, 4]);
  } finally {
    vi.useRealTimers();
  }
});

test('what cannot be played is passed over, five tracks long, and never without being asked to play', async () => {
  const breakDown = async (): Promise<void> => {
    audio.error = {};
    audio.dispatchEvent(new Event('error'));
    await vi.waitFor(() => expect(player.current?.id).toBe(player.queue[player.index]));
  };
  const queue = { queue: [1, 2, 3, 4, 5, 6, 7, 8], order: [] };
  const state = { index: 0, positionSeconds: 61, volume: 1, muted: false, shuffle: false };
  saved.set('playback.saveQueue', queue);
  saved.set('playback.saveState', { ...state, repeat: 'off' });
  await player.restore();
  await breakDown();
  expect([player.index, player.playing, player.problem]).toEqual([
    0,
    false,
    expect.stringContaining('“Track 1” cannot be played'),
  ]);
  await player.toggle();
  for (let i = 0; i < 10; i++) await breakDown();
  expect([player.index, player.playing]).toEqual([5, false]);
  await player.playAt(6);
  audio.dispatchEvent(new Event('playing'));
  await breakDown();
  expect([player.index, player.playing]).toEqual([7, true]);
});
