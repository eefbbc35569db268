import { existsSync, lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { readManifest } from './catalogue.ts';
import type { CatalogueModel } from './catalogue.ts';
import { filesOf } from './manifest.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import { ModelFolder } from './model-folder.ts';
import type { FoundFile } from './model-folder.ts';
import { copyPlainFile, settleFiles, stageFiles, variantIn } from './stage.ts';

interface Place {
  /** Where the files are. */
  folder: string;
  /** Where models live. */
  ownFolder: string;
}

/** Takes the files of a published model from where the user has them. Answers its id. */
export async function addPublishedFiles(
  { folder, ownFolder }: Place,
  { manifest }: CatalogueModel,
): Promise<string> {
  const variant = variantIn(folder, manifest);
  const into = new ModelFolder(join(ownFolder, manifest.id));
  const stage = stageFiles(folder, ownFolder, manifest, variant);
  try {
    const found = await verifyAll(stage, manifest, variant, into);
    settleFiles(
      stage,
      into,
      found.map(({ name }) => name),
    );
    into.accept(variant.id, found);
  } finally {
    stage.delete();
  }
  return manifest.id;
}

/** Takes a model of the user's own: a folder with `model.json` and its files. Answers its id. */
export async function addOwnModel(
  { folder, ownFolder }: Place,
  isTaken: (id: string) => boolean,
): Promise<string> {
  requireFolder(folder);
  const manifest = readManifest(folder);
  const { id, labels } = manifest;
  if (isTaken(id) || existsSync(join(ownFolder, id))) {
    throw new AppError(
      'bad-input',
      `There is a model ${id} already. Remove that one first, or give this one another id.`,
    );
  }
  const variant = variantIn(folder, manifest);
  const stage = stageFiles(folder, ownFolder, manifest, variant);
  try {
    copyPlainFile(folder, stage.path, 'model.json');
    const classes = labels?.classes.file;
    if (classes && !existsSync(stage.pathOf(classes))) copyPlainFile(folder, stage.path, classes);
    stage.accept(variant.id, await verifyAll(stage, manifest, variant));
    renameSync(stage.path, join(ownFolder, id));
  } finally {
    stage.delete();
  }
  return id;
}

async function verifyAll(
  stage: ModelFolder,
  manifest: ModelManifest,
  variant: Variant,
  known: ModelFolder = stage,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const file of filesOf(manifest, variant)) {
    found.push(await stage.verify({ ...file, sha256: known.knownHash(file) }));
  }
  return found;
}

function requireFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new AppError('file-missing', `There is no folder ${folder}.`);
}
