import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Tokenizer } from './tokenizer.ts';

/** Every byte, then what the merges make of them; Ġ is the space, Ċ the line feed. */
const MERGES = ['l o', 'Ġ lo', 'lo w', 'Ġlo w', 'e r', 'low er', 'Ã ©'];
const vocabulary = (): Record<string, number> => {
  const bytes = [
    ...'abcdefghijklmnopqrstuvwxyz!0123456789',
    'Ġ',
    'Ċ',
    'Ã',
    '©',
    'ð',
    'Ł',
    'İ',
    '¹',
  ];
  const words = [
    '<s>',
    '<pad>',
    '</s>',
    '<unk>',
    ...bytes,
    ...MERGES.map((pair) => pair.replace(' ', '')),
  ];
  return Object.fromEntries(words.map((word, id) => [word, id]));
};
const VOCABULARY = vocabulary();
const document = (over: object = {}): unknown => ({
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
  post_processor: { type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0] },
  model: { type: 'BPE', vocab: VOCABULARY, merges: MERGES },
  ...over,
});
const tokens = (text: string, max = 77, file = document()): string[] => {
  const names = Object.fromEntries(Object.entries(VOCABULARY).map(([name, id]) => [id, name]));
  return new Tokenizer(file).encode(text, max).map((id) => names[id]);
};

test('pairs are joined by their rank, not from left to right', () => {
  expect(tokens('low')).toEqual(['<s>', 'low', '</s>']);
  expect(tokens('a low')).toEqual(['<s>', 'a', 'Ġlow', '</s>']);
  expect(tokens('lower')).toEqual(['<s>', 'lower', '</s>']);
  expect(tokens('a lower')).toEqual(['<s>', 'a', 'Ġlow', 'er', '</s>']);
  expect(tokens('lol')).toEqual(['<s>', 'lo', 'l', '</s>']);
});

test('words, numbers and signs are split from one another, spaces go with what follows', () => {
  expect(tokens('low12!')).toEqual(['<s>', 'low', '1', '2', '!', '</s>']);
  expect(tokens('a  low\n')).toEqual(['<s>', 'a', 'Ġ', 'Ġlow', 'Ċ', '</s>']);
});

test('letters beyond ASCII go by their bytes', () => {
  expect(tokens('é')).toEqual(['<s>', 'Ã©', '</s>']);
  expect(tokens('🎹')).toEqual(['<s>', 'ð', 'Ł', 'İ', '¹', '</s>']);
});

test('what is too long is cut before the end mark', () => {
  expect(tokens('low low low low', 4)).toEqual(['<s>', 'low', 'Ġlow', '</s>']);
  expect(tokens('')).toEqual(['<s>', '</s>']);
});

test('merges may be pairs, and a leading space may be asked for', () => {
  const model = { type: 'BPE', vocab: VOCABULARY, merges: MERGES.map((pair) => pair.split(' ')) };
  const pre = { type: 'ByteLevel', add_prefix_space: true };
  expect(tokens('low', 77, document({ model, pre_tokenizer: pre }))).toEqual([
    '<s>',
    'Ġlow',
    '</s>',
  ]);
});

test('another kind of tokenizer is refused, and so is a file that is none', () => {
  const model = { type: 'WordPiece', vocab: {} };
  expect(() => new Tokenizer(document({ model }))).toThrow('not a byte-level BPE');
  expect(() => Tokenizer.read('/nowhere/tokenizer.json')).toThrow('cannot be read');
});

test('the published vocabulary gives the numbers that RoBERTa is known by', (context) => {
  const path = join(process.env.EARSHOT_MODELS ?? '', 'clap-music', 'tokenizer.json');
  if (!process.env.EARSHOT_MODELS || !existsSync(path)) {
    return context.skip('EARSHOT_MODELS names no folder with clap-music/tokenizer.json.');
  }
  const tokenizer = Tokenizer.read(path);
  expect(tokenizer.encode('Hello world', 77)).toEqual([0, 31414, 232, 2]);
  expect(tokenizer.encode('Hello world!', 77)).toEqual([0, 31414, 232, 328, 2]);
});
