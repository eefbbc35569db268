/** What the tags and the analysis tell of a recording. */
export interface RecordingTags {
  genres: string[];
  artist: string;
  year: number | null;
  /** BPM. */
  tempo: number | null;
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
const TEMPO_WEIGHT = 0.25;

/** A word in a name is carried by at least this part of the region, and so much more often than elsewhere. */
const LEAST_SHARE = 0.15;
const LEAST_LIFT = 1.2;
/** An artist names a region that is mostly theirs. */
const ARTIST_SHARE = 0.5;
const WORDS_IN_NAME = 2;

/**
 * Names the regions of one level by what their tags have more often than the library has: genres first,
 * then decade and tempo. An artist's many tracks count as their square root, and artists name no region
 * of the overview. Names differ from one another and from those in `used`, which they join.
 */
export function nameRegions(
  tags: readonly RecordingTags[],
  regions: readonly (readonly number[])[],
  isOverview: boolean,
  used = new Set<string>(),
): RegionName[] {
  const described = describe(tags);
  const everywhere = sharesOf(described, Array.from(described.keys()));
  return regions.map((rows) => {
    const words = distinctiveWords(described, rows, everywhere);
    const artist = isOverview ? null : mainArtist(described, rows);
    if (artist) words.splice(1, 0, artist);
    const name = unusedName(words, used);
    used.add(name);
    return { name, ...labelsOf(described, rows) };
  });
}

function distinctiveWords(
  described: readonly Described[],
  rows: readonly number[],
  everywhere: Map<Word, number>,
): string[] {
  const scored = [...sharesOf(described, rows)].flatMap(([word, share]) => {
    const lift = share / everywhere.get(word)!;
    if (share < LEAST_SHARE) return [];
    const { text, weight } = word;
    // A word that the whole library shares is better than none.
    const score = lift >= LEAST_LIFT ? weight * share * Math.log2(lift) : weight * share * 1e-3;
    return [{ text, score }];
  });
  scored.sort((a, b) => b.score - a.score || a.text.localeCompare(b.text));
  const best = scored[0]?.score ?? 0;
  return scored
    .filter(({ score }) => score > best * 0.02 || score === best)
    .map(({ text }) => text);
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
  return tags.map(({ genres, artist, year, tempo }) => {
    const words = new Set(genres.map((genre) => wordOf(genre, 1)));
    if (year !== null) words.add(wordOf(`${Math.floor(year / 10) * 10}s`, DECADE_WEIGHT));
    if (tempo !== null && tempo < 90) words.add(wordOf('slow', TEMPO_WEIGHT));
    if (tempo !== null && tempo > 135) words.add(wordOf('fast', TEMPO_WEIGHT));
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

/** The first words; more of them, and at last a number, where another region has that name. */
function unusedName(words: string[], used: ReadonlySet<string>): string {
  const nameOf = (count: number): string => {
    const text = words.slice(0, count).join(' · ') || 'Unnamed';
    return text[0].toLocaleUpperCase() + text.slice(1);
  };
  for (let count = Math.min(WORDS_IN_NAME, words.length); count <= words.length; count++) {
    if (!used.has(nameOf(count))) return nameOf(count);
  }
  const name = nameOf(WORDS_IN_NAME);
  let number = 1;
  while (used.has(number === 1 ? name : `${name} ${number}`)) number++;
  return number === 1 ? name : `${name} ${number}`;
}

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
