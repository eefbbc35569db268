import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { ModelManifest } from './manifest.ts';

type ClassFormat = NonNullable<ModelManifest['labels']>['classes']['format'];

const names = z.array(z.string().max(300));

const READERS: Record<ClassFormat, (text: string) => string[]> = {
  'json-list': (text) => names.parse(JSON.parse(text)),
  /** Hugging Face's `config.json`: `{"id2label": {"0": "Speech", …}}`. */
  id2label: (text) => {
    const { id2label } = z
      .object({ id2label: z.record(z.string(), z.string()) })
      .parse(JSON.parse(text));
    return Array.from({ length: Object.keys(id2label).length }, (_, i) =>
      z.string().parse(id2label[i]),
    );
  },
  /** Essentia's `<model>.json`: `{"classes": ["rock", …]}`. */
  essentia: (text) => z.object({ classes: names }).parse(JSON.parse(text)).classes,
  /** `index,mid,display_name`, names with commas in quotes. */
  'yamnet-csv': (text) =>
    text
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => /^\d+,[^,]*,(?:"(.*)"|(.*))$/.exec(line)!)
      .map(([, quoted, plain]) => quoted ?? plain),
};

/**
 * The names of what a head tells apart, in the order of its output.
 * @throws AppError `model-invalid` where they cannot be read or are not as many as the head has
 */
export function readClasses(path: string, format: ClassFormat, count: number): string[] {
  let classes: string[];
  try {
    classes = READERS[format](readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('model-invalid', `The list of classes at ${path} cannot be read.`, {
      cause,
    });
  }
  if (classes.length === count) return classes;
  throw new AppError(
    'model-invalid',
    `The list of classes at ${path} has ${classes.length} names where the model has ${count}.`,
  );
}
