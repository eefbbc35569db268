import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';

/** The parts of Hugging Face's `tokenizer.json` that a byte-level BPE of RoBERTa's kind needs. */
const tokenizerFile = z.object({
  pre_tokenizer: z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean().default(false),
  }),
  post_processor: z.object({
    type: z.literal('RobertaProcessing'),
    sep: z.tuple([z.string(), z.number().int()]),
    cls: z.tuple([z.string(), z.number().int()]),
  }),
  model: z.object({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), z.number().int().min(0)),
    /** Pairs that become one, the most important first; older files join a pair by a space. */
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

/** Words, numbers and signs, each with the space before it; as GPT-2 splits them. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * Each byte as a character that can be seen, as GPT-2's vocabulary writes them: those that can be seen in
 * Latin-1 are themselves, the others count up from U+0100.
 */
const BYTE_CHARACTERS: string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(isVisible ? byte : next++);
  });
})();

const utf8 = new TextEncoder();

/** Text to the numbers that a text network was trained on. */
export class Tokenizer {
  readonly #vocabulary: Map<string, number>;
  readonly #ranks: Map<string, number>;
  readonly #addPrefixSpace: boolean;
  readonly #first: number;
  readonly #last: number;

  /** `document` is the content of `tokenizer.json`. @throws AppError `model-invalid` for another kind */
  constructor(document: unknown) {
    const parsed = tokenizerFile.safeParse(document);
    if (!parsed.success) {
      throw new AppError(
        'model-invalid',
        'The tokenizer is not a byte-level BPE of RoBERTa’s kind.',
      );
    }
    const { model, pre_tokenizer: pieces, post_processor: ends } = parsed.data;
    this.#vocabulary = new Map(Object.entries(model.vocab));
    this.#ranks = new Map(
      model.merges.map((pair, rank) => [Array.isArray(pair) ? pair.join(' ') : pair, rank]),
    );
    this.#addPrefixSpace = pieces.add_prefix_space;
    [[, this.#first], [, this.#last]] = [ends.cls, ends.sep];
  }

  /** @throws AppError `model-invalid` where the file cannot be read */
  static read(path: string): Tokenizer {
    let document: unknown;
    try {
      document = JSON.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      throw new AppError('model-invalid', `The tokenizer at ${path} cannot be read.`, { cause });
    }
    return new Tokenizer(document);
  }

  /** At most `maxTokens` numbers, the marks of beginning and end among them; what is longer is cut. */
  encode(text: string, maxTokens: number): number[] {
    const needsSpace = this.#addPrefixSpace && text !== '' && !/^\s/.test(text);
    const pieces = (needsSpace ? ` ${text}` : text).match(PIECES) ?? [];
    const ids = pieces.flatMap((piece) => this.#encodePiece(piece));
    return [this.#first, ...ids.slice(0, maxTokens - 2), this.#last];
  }

  /** Joins neighbours until no pair of the merges is left, always the most important pair first. */
  #encodePiece(piece: string): number[] {
    const parts = Array.from(utf8.encode(piece), (byte) => BYTE_CHARACTERS[byte]);
    for (;;) {
      const at = this.#bestPair(parts);
      if (at < 0) break;
      parts.splice(at, 2, parts[at] + parts[at + 1]);
    }
    return parts.map((part) => this.#vocabulary.get(part)).filter((id) => id !== undefined);
  }

  /** Index of the pair to join first; -1 where there is none. */
  #bestPair(parts: string[]): number {
    let [best, bestRank] = [-1, Infinity];
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = this.#ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity;
      if (rank < bestRank) [best, bestRank] = [i, rank];
    }
    return best;
  }
}
