import { storedModels } from '../../embedding/room.ts';
import { FEATURES_MODEL } from '../../features/room.ts';
import type { App } from '../../app.ts';
import type { Options } from './command.ts';
import { UsageError } from './command.ts';

/** The model of `--model`; the hand-crafted features where nothing is said. */
export function modelOption(app: App, options: Options): string {
  const models = modelsOption(app, options);
  if (models.length > 1) throw new UsageError('Name one --model.');
  return models[0] ?? FEATURES_MODEL.id;
}

/** The models of `--model ast,features`: ids, or beginnings of ids that only one model has. */
export function modelsOption(app: App, { model }: Options): string[] {
  if (typeof model !== 'string') return [];
  const catalogue = app.models.catalogue().map(({ id }) => id);
  const known = new Set([FEATURES_MODEL.id, ...catalogue, ...storedModels(app.db)]);
  const idOf = (word: string): string => {
    const fitting = fittingIds(known, word);
    if (fitting.length === 1) return fitting[0];
    throw new UsageError(
      fitting.length > 1
        ? `--model ${word} may be ${fitting.join(' or ')}.`
        : `There is no model ${word}; there are ${[...known].join(', ')}.`,
    );
  };
  return [...new Set(model.split(',').map((word) => idOf(word.trim())))];
}

/** The id that `word` is, or those that it begins. */
export function fittingIds(ids: Iterable<string>, word: string): string[] {
  const all = [...ids];
  return all.includes(word) ? [word] : all.filter((id) => id.startsWith(word));
}
