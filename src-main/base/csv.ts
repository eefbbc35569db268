/** One field, quoted; what a spreadsheet would run as a formula is made text by an apostrophe. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = /^'*\s*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (values: (string | number | null)[]): string =>
  `${values.map(csvField).join(',')}\r\n`;

/** With the digits that a float32 has: nine give it back exactly. */
export const float32 = (value: number): number => Number(value.toPrecision(9));
