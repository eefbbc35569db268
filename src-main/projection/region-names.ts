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

interface Word {
  text: string;
  weight: number;
}

/** A word in a name is carried by at least this part of the region, and so much more often than elsewhere. */
const LEAST_SHARE = 0.15;
const LEAST_LIFT = 1.2;
/** An artist names a region that is mostly theirs. */
const ARTIST_SHARE = 0.5;
const WORDS_IN_NAME = 2;

/**
 * Names the regions of one level by what their tags have more often than the library has: genres first,
 * then decade and tempo. An artist's many tracks count as their square root, and artists name no region
 * of the overview. Names differ from one another.
 */
export function nameRegions(
  tags: readonly RecordingTags[],
  regions: readonly (readonly number[])[],
  isOverview: boolean,
): RegionName[] {
  const everywhere = sharesOf(tags, Array.from(tags.keys()));
  const used = new Set<string>();
  return regions.map((rows) => {
    const words = distinctiveWords(tags, rows, everywhere);
    const artist = isOverview ? null : mainArtist(tags, rows);
    if (artist) words.splice(1, 0, artist);
    const name = unusedName(words, used);
    used.add(name);
    return { name, ...labelsOf(tags, rows) };
  });
}

function distinctiveWords(
  tags: readonly RecordingTags[],
  rows: readonly number[],
  everywhere: Map<string, number>,
): string[] {
  const scored = [...sharesOf(tags, rows)].flatMap(([key, share]) => {
    const lift = share / everywhere.get(key)!;
    if (share < LEAST_SHARE) return [];
    const { text, weight } = JSON.parse(key) as Word;
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
function sharesOf(tags: readonly RecordingTags[], rows: readonly number[]): Map<string, number> {
  const perArtist = new Map<string, number>();
  for (const row of rows) {
    const { artist } = tags[row];
    perArtist.set(artist, (perArtist.get(artist) ?? 0) + 1);
  }
  const shares = new Map<string, number>();
  let total = 0;
  for (const row of rows) {
    const { artist } = tags[row];
    const weight = artist === '' ? 1 : 1 / Math.sqrt(perArtist.get(artist)!);
    total += weight;
    for (const word of wordsOf(tags[row])) {
      const key = JSON.stringify(word);
      shares.set(key, (shares.get(key) ?? 0) + weight);
    }
  }
  for (const [key, sum] of shares) shares.set(key, sum / total);
  return shares;
}

function wordsOf({ genres, year, tempo }: RecordingTags): Word[] {
  const words: Word[] = [...new Set(genres)].map((text) => ({ text, weight: 1 }));
  if (year !== null) words.push({ text: `${Math.floor(year / 10) * 10}s`, weight: 0.4 });
  if (tempo !== null && tempo < 90) words.push({ text: 'slow', weight: 0.25 });
  if (tempo !== null && tempo > 135) words.push({ text: 'fast', weight: 0.25 });
  return words;
}

function mainArtist(tags: readonly RecordingTags[], rows: readonly number[]): string | null {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(tags[row].artist, (counts.get(tags[row].artist) ?? 0) + 1);
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
  tags: readonly RecordingTags[],
  rows: readonly number[],
): { purity: number; unlabelled: number } {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const [genre] = tags[row].genres;
    if (genre) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  }
  const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...counts.values());
  return {
    purity: labelled > 0 ? most / labelled : 0,
    unlabelled: rows.length > 0 ? 1 - labelled / rows.length : 0,
  };
}
