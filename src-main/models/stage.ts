import { constants, copyFileSync, existsSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { filesOf } from './manifest.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import { ModelFolder } from './model-folder.ts';

/** The first variant whose network lies in a folder. */
export function variantIn(folder: string, { name, variants }: ModelManifest): Variant {
  const found = variants.find(({ network }) => existsSync(join(folder, network.name)));
  if (found) return found;
  const wanted = variants.map(({ network }) => network.name).join(' or ');
  throw new AppError('file-missing', `${folder} holds no network of ${name}: ${wanted}.`);
}

/**
 * Copies what a variant needs into a hidden folder beside the models, where it is looked at before anything
 * else changes. Files that the model has already need not be in `from`.
 */
export function stageFiles(
  from: string,
  ownFolder: string,
  manifest: ModelManifest,
  variant: Variant,
): ModelFolder {
  const stage = new ModelFolder(join(ownFolder, `.new-${randomBytes(6).toString('hex')}`));
  const present = new ModelFolder(join(ownFolder, manifest.id));
  mkdirSync(stage.path, { recursive: true });
  try {
    for (const file of filesOf(manifest, variant)) {
      const isKept = present.stateOf(file) === 'ready' && !existsSync(join(from, file.name));
      copyPlainFile(isKept ? present.path : from, stage.path, file.name);
    }
    return stage;
  } catch (thrown) {
    stage.delete();
    throw thrown;
  }
}

/** Links are not followed: they may lead anywhere. */
export function copyPlainFile(from: string, to: string, name: string): void {
  const info = lstatSync(join(from, name), { throwIfNoEntry: false });
  if (!info) throw new AppError('file-missing', `${name} is not in ${from}.`);
  if (!info.isFile()) {
    throw new AppError('model-invalid', `${name} in ${from} is a link or a folder, not a file.`);
  }
  copyFileSync(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
}

/** Moves staged files to where their model lives. */
export function settleFiles(stage: ModelFolder, into: ModelFolder, names: string[]): void {
  mkdirSync(into.path, { recursive: true });
  for (const name of names) renameSync(stage.pathOf(name), into.pathOf(name));
  stage.delete();
}
