import { SoundWords } from './sound-words.ts';
import type { Sound } from './sound-words.ts';

/** What the tags tell of a recording. */
export interface RecordingTags {
  genres: string[];
  artist: string;
  year: number | null;
}

/** What is known of each recording, in one order. */
export interface KnownFacts {
  tags: readonly RecordingTags[];
  sounds: readonly Sound[];
}

export interface RegionName {
  name: string;
  /** Part of the recordings with a genre whose first is the most frequent one. */
  purity: number;
  /** Part of the recordings without a genre. */
  unlabelled: number;
}

/** The same object for the same word throughout a library. */
interface Word {
  text: string;
  /** How much it says about a place. */
  weight: number;
}

/** A recording as names are made from it. */
interface Described {
  words: Word[];
  artist: string;
  genre: string | undefined;
}

const DECADE_WEIGHT = 0.4;

/** A word in a name is carried by at least this part of the region, and so much more often than elsewhere. */
const LEAST_SHARE = 0.15;
const LEAST_LIFT = 1.2;
/** An artist names a region that is mostly theirs. */
const ARTIST_SHARE = 0.5;
const WORDS_IN_NAME = 2;
/** Of a region that nothing sets apart. */
const MIXED = 'mixed';
/** A word that tells less than this part of what the best one tells is left out. */
const NEXT_TO_BEST = 0.02;

/** Names regions by what they have more often than the library has. */
export class RegionNames {
  readonly #described: readonly Described[];
  readonly #everywhere: Map<Word, number>;
  readonly #sounds: SoundWords;
  readonly #used = new Set<string>();

  constructor({ tags, sounds }: KnownFacts) {
    this.#described = describe(tags);
    this.#everywhere = sharesOf(this.#described, Array.from(tags.keys()));
    this.#sounds = new SoundWords(sounds);
  }

  /**
   * A name that no region has yet: genres first, then the decade; where that does not set them apart, how they
   * sound. An artist's many tracks count as their square root, and artists name no region of the overview.
   */
  nameOf(rows: readonly number[], isOverview: boolean): RegionName {
    const { distinctive, shared } = this.#tagWords(rows);
    const artist = isOverview ? null : mainArtist(this.#described, rows);
    if (artist) distinctive.splice(1, 0, artist);
    const name = unusedName(distinctive, this.#sounds.of(rows), shared, this.#used);
    return { name, ...labelsOf(this.#described, rows) };
  }

  /** Those first that tell the most. */
  #tagWords(rows: readonly number[]): { distinctive: string[]; shared: string[] } {
    const scored = [...sharesOf(this.#described, rows)]
      .filter(([, share]) => share >= LEAST_SHARE)
      .map(([word, share]) => ({ ...word, share, lift: share / this.#everywhere.get(word)! }))
      .map((word) => ({ ...word, score: word.weight * word.share * Math.log2(word.lift) }));
    const isDistinctive = ({ lift }: { lift: number }): boolean => lift >= LEAST_LIFT;
    const rank = (a: { score: number; text: string }, b: typeof a): number =>
      b.score - a.score || a.text.localeCompare(b.text);
    const distinctive = scored.filter(isDistinctive).sort(rank);
    const shared = scored
      .filter((word) => !isDistinctive(word))
      .map(({ text, weight, share }) => ({ text, score: weight * share }))
      .sort(rank);
    const least = NEXT_TO_BEST * (distinctive[0]?.score ?? 0);
    return {
      distinctive: distinctive.filter(({ score }) => score >= least).map(({ text }) => text),
      shared: shared.map(({ text }) => text),
    };
  }
}

/** Per word the part of the rows that carry it, an artist's tracks weighed down. */
function sharesOf(described: readonly Described[], rows: readonly number[]): Map<Word, number> {
  const perArtist = new Map<string, number>();
  for (const row of rows) {
    const { artist } = described[row];
    perArtist.set(artist, (perArtist.get(artist) ?? 0) + 1);
  }
  const shares = new Map<Word, number>();
  let total = 0;
  for (const row of rows) {
    const { artist, words } = described[row];
    const weight = artist === '' ? 1 : 1 / Math.sqrt(perArtist.get(artist)!);
    total += weight;
    for (const word of words) shares.set(word, (shares.get(word) ?? 0) + weight);
  }
  for (const [word, sum] of shares) shares.set(word, sum / total);
  return shares;
}

function describe(tags: readonly RecordingTags[]): Described[] {
  const known = new Map<string, Word>();
  const wordOf = (text: string, weight: number): Word => {
    const word = known.get(text) ?? { text, weight };
    known.set(text, word);
    return word;
  };
  return tags.map(({ genres, artist, year }) => {
    const words = new Set(genres.map((genre) => wordOf(genre, 1)));
    if (year !== null) words.add(wordOf(`${Math.floor(year / 10) * 10}s`, DECADE_WEIGHT));
    return { words: [...words], artist, genre: genres[0] };
  });
}

function mainArtist(described: readonly Described[], rows: readonly number[]): string | null {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const { artist } = described[row];
    counts.set(artist, (counts.get(artist) ?? 0) + 1);
  }
  counts.delete('');
  const [artist, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return count >= ARTIST_SHARE * rows.length ? artist : null;
}

/**
 * The first words of the tags, else of the sound, else what the library shares. Where another region has them, in
 * whatever order, more words or the first alone, and at last a number.
 */
function unusedName(tags: string[], sounds: string[], shared: string[], used: Set<string>): string {
  const words = [tags, sounds, shared].find((some) => some.length > 0) ?? [MIXED];
  const first = Math.min(WORDS_IN_NAME, words.length);
  const all = [...new Set([...words, ...sounds])];
  const choices = all.map((_, i) => all.slice(0, i + 1));
  for (const choice of [...choices.slice(first - 1), ...choices.slice(0, first - 1)]) {
    const key = choice.toSorted().join();
    if (used.has(key)) continue;
    used.add(key);
    return nameOf(choice);
  }
  const name = nameOf(all.slice(0, first));
  let number = 2;
  while (used.has(`${name} ${number}`)) number++;
  used.add(`${name} ${number}`);
  return `${name} ${number}`;
}

const nameOf = (words: string[]): string => {
  const text = words.join(' · ');
  return text[0].toLocaleUpperCase() + text.slice(1);
};

function labelsOf(
  described: readonly Described[],
  rows: readonly number[],
): { purity: number; unlabelled: number } {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const { genre } = described[row];
    if (genre) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  }
  const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...counts.values());
  return {
    purity: labelled > 0 ? most / labelled : 0,
    unlabelled: rows.length > 0 ? 1 - labelled / rows.length : 0,
  };
}
