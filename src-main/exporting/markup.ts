/** What XML cannot hold at all: controls, halves of pairs, and the two that are no characters. */
const IMPOSSIBLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/gu;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Words as the content or an attribute of SVG or HTML. */
export const escapeMarkup = (words: string): string =>
  words.replaceAll(IMPOSSIBLE, '�').replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]);

/**
 * A JSON document for a `<script>` of a page: no sign in it can end the script or begin a comment, whatever
 * the words within say.
 */
export const jsonForScript = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
