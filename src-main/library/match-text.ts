const MOST_WORDS = 12;

/** Scripts that are written without spaces: a word in them is looked for anywhere in a text. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

interface Match {
  sql: string;
  parameter: string;
}

/**
 * Conditions on `tracks t` that a text typed by a person asks for: every word as the beginning of a word of
 * title, artist, album or genre. Words of scripts without spaces, and signs where there is nothing else, are
 * looked for anywhere. Nothing in the text is syntax.
 */
export function matchText(text: string): Match[] {
  const words = [...new Set(text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [])];
  const signs = text.replace(/[\s\p{C}]+/gu, '');
  if (words.length === 0) return signs ? [anywhere(signs)] : text.trim() ? [anywhere(text)] : [];
  const known = words.slice(0, MOST_WORDS);
  const spaced = known.filter((word) => !WITHOUT_SPACES.test(word));
  const unspaced = known.filter((word) => WITHOUT_SPACES.test(word));
  return [...(spaced.length > 0 ? [beginnings(spaced)] : []), ...unspaced.map(anywhere)];
}

function beginnings(words: string[]): Match {
  return {
    sql: 't.id IN (SELECT rowid FROM track_words WHERE track_words MATCH ?)',
    parameter: words.map((word) => `"${word}"*`).join(' '),
  };
}

/** The unit separator keeps a match inside one of the texts. */
function anywhere(part: string): Match {
  return {
    sql: `instr(t.title || char(31) || t.artist || char(31) || t.album || char(31) || t.genre, ?) > 0`,
    parameter: part,
  };
}
