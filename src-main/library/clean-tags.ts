const MAX_TEXT = 500;
const MAX_LIST = 20;

/** Control characters, line ends, and characters that turn the writing direction or are not seen. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]+/g;

/** One line of composed, well-formed characters, at most 500 long. */
export function cleanText(text: string): string {
  // Cut before composing: a tag may be megabytes long.
  const line = text.slice(0, 4 * MAX_TEXT).replace(UNPRINTABLE, ' ');
  const composed = line.toWellFormed().normalize('NFC').replace(/\s+/g, ' ').trim();
  return composed.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
}

/** Each text once, at most 20. */
export function cleanList(texts: string[]): string[] {
  return [...new Set(texts.map(cleanText).filter(Boolean))].slice(0, MAX_LIST);
}

/** The number where it is one inside the range, else null; NaN and infinity are in no range. */
export function within(value: unknown, low: number, high: number): number | null {
  return typeof value === 'number' && value >= low && value <= high ? value : null;
}

export function integerWithin(value: unknown, low: number, high: number): number | null {
  return within(typeof value === 'number' ? Math.trunc(value) : value, low, high);
}
