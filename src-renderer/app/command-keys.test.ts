import { expect, test } from 'vitest';
import { commandOf } from './command-keys.ts';

const press = (key: string, held: 'ctrlKey' | 'metaKey' | 'altKey' | null = null) => ({
  key,
  ctrlKey: held === 'ctrlKey',
  metaKey: held === 'metaKey',
  altKey: held === 'altKey',
});

test('keys alone and with control do what people expect', () => {
  expect(commandOf(press(' '), false)).toBe('toggle');
  expect(commandOf(press('ArrowRight'), false)).toBe('forward');
  expect(commandOf(press('ArrowRight', 'ctrlKey'), false)).toBe('next');
  expect(commandOf(press('k', 'metaKey'), false)).toBe('search');
  expect(commandOf(press('S'), false)).toBe('similar');
});

test('no key is taken from someone who types, but for the way out and the search', () => {
  for (const key of [' ', 's', '/', '?', 'ArrowLeft']) {
    expect(commandOf(press(key), true)).toBeNull();
  }
  expect(commandOf(press('ArrowLeft', 'ctrlKey'), true)).toBeNull();
  expect(commandOf(press('k', 'ctrlKey'), true)).toBe('search');
  expect(commandOf(press('Escape'), true)).toBe('close');
});

test('keys of the browser and of the map stay theirs', () => {
  expect(commandOf(press('s', 'ctrlKey'), false)).toBeNull();
  expect(commandOf(press('ArrowLeft', 'altKey'), false)).toBeNull();
});
