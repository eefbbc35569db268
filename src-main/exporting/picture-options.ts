import { z } from 'zod';
import { columnName } from '../projection/contract.ts';

const LARGEST_SIDE = 16_384;
/** A picture of A2 at 300 dots an inch has 35 million. */
export const MOST_PIXELS = 40_000_000;

const side = z.coerce.number().int().min(200).max(LARGEST_SIDE);
/** Numbers with commas between them. */
const numbers = (most: number) =>
  z
    .string()
    .max(2000)
    .transform((text, context) => {
      const values = text === '' ? [] : text.split(',').map(Number);
      if (values.length <= most && values.every(Number.isFinite)) return values;
      context.addIssue({
        code: 'custom',
        message: 'These are no numbers with commas between them.',
      });
      return z.NEVER;
    });

/** How a map is drawn for a file; the words of an address or of the command line. */
export const pictureOptions = z.object({
  width: side.default(1600),
  height: side.default(1200),
  colour: columnName.default('genre'),
  theme: z.enum(['light', 'dark']).default('light'),
  /** Left, right, bottom, top of the part that is shown, in places of the map; nothing: all of it. */
  view: numbers(4)
    .refine(
      ({ length }) => length === 0 || length === 4,
      'Name left, right, bottom and top, or nothing.',
    )
    .default([]),
  /** Groups of the legend that are drawn grey. */
  hidden: numbers(256).default([]),
});
export type PictureOptions = z.output<typeof pictureOptions>;
