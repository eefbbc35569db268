import { afterEach, expect, test, vi } from 'vitest';
import { Gesture } from './gesture.svelte.ts';

const at = (x: number, y: number): { x: number; y: number } => ({ x, y });

test('a pointer that hardly moves clicks, whatever the tool', () => {
  const gesture = new Gesture();
  gesture.begin(at(10, 10), 'lasso');
  expect(gesture.moveTo(at(12, 12))).toBeNull();
  expect(gesture.end()).toBeNull();
  expect(gesture.isOn).toBe(false);
});

test('dragging tells by how much the map moves, and draws nothing', () => {
  const gesture = new Gesture();
  gesture.begin(at(0, 0), 'move');
  gesture.moveTo(at(10, 0));
  expect(gesture.moveTo(at(15, 2))).toEqual(at(5, 2));
  expect(gesture.end()).toEqual([]);
});

test('a lasso is where the pointer went; a box lies between its corners', () => {
  const gesture = new Gesture();
  gesture.begin(at(0, 0), 'lasso');
  for (const place of [at(10, 0), at(10, 10)]) gesture.moveTo(place);
  expect(gesture.end()).toEqual([at(0, 0), at(10, 0), at(10, 10)]);
  gesture.begin(at(5, 5), 'box');
  gesture.moveTo(at(20, 30));
  gesture.moveTo(at(8, 9));
  expect(gesture.shape).toEqual([at(5, 5), at(8, 5), at(8, 9), at(5, 9)]);
  gesture.cancel();
  expect(gesture.shape).toEqual([]);
});

afterEach(() => void vi.useRealTimers());

test('a pointer that stays is held, one that moves or has gone up is not', () => {
  vi.useFakeTimers();
  const gesture = new Gesture();
  gesture.begin(at(0, 0), 'move');
  expect(gesture.isHeld).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(gesture.isHeld).toBe(true);
  gesture.moveTo(at(10, 0));
  expect(gesture.isHeld).toBe(false);
  gesture.begin(at(0, 0), 'move');
  vi.advanceTimersByTime(1000);
  gesture.end();
  expect(gesture.isHeld).toBe(false);
});
