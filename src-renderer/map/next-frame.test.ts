import { afterEach, expect, test, vi } from 'vitest';
import { NextFrame } from './next-frame.ts';

/** Frames that come when they are called, as browsers have them: what one asks for belongs to the next. */
class Frames {
  #callbacks = new Map<number, () => void>();
  #last = 0;

  constructor() {
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
      this.#callbacks.set(++this.#last, callback);
      return this.#last;
    });
  }

  get isIdle(): boolean {
    return this.#callbacks.size === 0;
  }

  next(): void {
    const now = this.#callbacks;
    this.#callbacks = new Map();
    for (const callback of now.values()) callback();
  }
}

afterEach(() => vi.unstubAllGlobals());

const who = Symbol('who');

test('what was asked for last is drawn, once, and then nothing is waited for', () => {
  const frames = new Frames();
  const drawing = new NextFrame();
  const drawn: string[] = [];
  for (const what of ['first', 'last']) drawing.ask(who, () => drawn.push(what));
  expect(drawn).toEqual([]);
  frames.next();
  expect(drawn).toEqual(['last']);
  frames.next();
  expect(drawn).toEqual(['last']);
  expect(frames.isIdle).toBe(true);
});

test('a flight is drawn in each of its frames', () => {
  const frames = new Frames();
  const drawing = new NextFrame();
  const drawn: number[] = [];
  let step = 0;
  const fly = (): void => {
    const now = ++step;
    requestAnimationFrame(fly);
    drawing.ask(who, () => drawn.push(now));
  };
  requestAnimationFrame(fly);
  for (let frame = 0; frame < 6; frame++) frames.next();
  expect(drawn).toEqual([2, 3, 4, 5, 6]);
});

test('layers that ask in a frame are drawn in it together, whoever was waiting', () => {
  const frames = new Frames();
  const drawing = new NextFrame();
  const drawn: string[] = [];
  drawing.ask(who, () => drawn.push('hover'));
  drawing.ask(who, () => drawn.push('marks'));
  drawing.ask(Symbol('dots'), () => drawn.push('dots'));
  frames.next();
  expect(drawn).toEqual(['marks', 'dots']);
});

test('what is cancelled is not drawn', () => {
  const frames = new Frames();
  const drawing = new NextFrame();
  drawing.ask(who, () => expect.unreachable());
  drawing.cancel(who);
  frames.next();
  expect(frames.isIdle).toBe(true);
});
