import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, toPlainError } from '../base/errors.ts';
import { modelManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';

/** A model that can be used once its files are here. */
export interface CatalogueModel {
  manifest: ModelManifest;
  /** Where the manifest lies, and what is shipped with it. */
  folder: string;
  isOwn: boolean;
}

export interface Catalogue {
  models: Map<string, CatalogueModel>;
  broken: { folder: string; reason: string }[];
}

const MAX_MANIFEST_BYTES = 1 << 20;

/**
 * The models that are shipped, then those of the user. A folder that is no model is listed with its reason
 * and hinders no other.
 */
export function readCatalogue(shippedFolder: string, ownFolder: string): Catalogue {
  const catalogue: Catalogue = { models: new Map(), broken: [] };
  for (const name of foldersIn(shippedFolder)) addModel(catalogue, shippedFolder, name, false);
  const shipped = new Set(catalogue.models.keys());
  for (const name of foldersIn(ownFolder)) {
    const hasManifest = statSync(join(ownFolder, name, 'model.json'), { throwIfNoEntry: false });
    if (hasManifest || !shipped.has(name)) addModel(catalogue, ownFolder, name, true);
  }
  return catalogue;
}

/** Hidden folders are half-made ones. */
function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function addModel(catalogue: Catalogue, parent: string, name: string, isOwn: boolean): void {
  const folder = join(parent, name);
  try {
    const manifest = readManifest(folder);
    const { id } = manifest;
    if (catalogue.models.has(id)) {
      throw new AppError(
        'model-invalid',
        `Its id, ${id}, belongs to a model that is there already.`,
      );
    }
    if (id !== name) throw new AppError('model-invalid', `The folder must be named ${id}, its id.`);
    catalogue.models.set(id, { manifest, folder, isOwn });
  } catch (thrown) {
    catalogue.broken.push({ folder, reason: toPlainError(thrown).message });
  }
}

/** @throws AppError `model-invalid` with the first thing that is wrong with `model.json` */
export function readManifest(folder: string): ModelManifest {
  const path = join(folder, 'model.json');
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info?.isFile()) throw new AppError('model-invalid', 'There is no model.json in it.');
  if (info.size > MAX_MANIFEST_BYTES) {
    throw new AppError('model-invalid', 'Its model.json is too long to be one.');
  }
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new AppError('model-invalid', 'Its model.json cannot be read as JSON.');
  }
  const parsed = modelManifest.safeParse(document);
  if (parsed.success) return parsed.data;
  const [{ path: where, message }] = parsed.error.issues;
  throw new AppError('model-invalid', `Its model.json is wrong at ${where.join('.')}: ${message}.`);
}
