import { existsSync, lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Inference } from '../inference/room.ts';
import { readManifest } from './catalogue.ts';
import type { CatalogueModel } from './catalogue.ts';
import { filesOf } from './manifest.ts';
import { ModelFolder } from './model-folder.ts';
import { proveNetworks } from './prove.ts';
import { copyPlainFile, settleFiles, stageFiles, variantIn } from './stage.ts';

interface Place {
  /** Where the files are. */
  folder: string;
  /** Where models live. */
  ownFolder: string;
  inference: Pick<Inference, 'open'>;
}

/** Takes the files of a published model from where the user has them. Answers its id. */
export async function addPublishedFiles(
  { folder, ownFolder, inference }: Place,
  model: CatalogueModel,
): Promise<string> {
  const { manifest } = model;
  const variant = variantIn(folder, manifest);
  const into = new ModelFolder(join(ownFolder, manifest.id));
  const stage = stageFiles(folder, ownFolder, manifest, variant);
  try {
    const wanted = filesOf(manifest, variant).map((file) => ({
      ...file,
      sha256: into.knownHash(file),
    }));
    const found = await stage.verifyAll(wanted);
    await proveNetworks(inference, model, variant, stage, found);
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
  { folder, ownFolder, inference }: Place,
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
    const found = await stage.verifyAll(filesOf(manifest, variant));
    await proveNetworks(inference, { manifest, isOwn: true }, variant, stage, found);
    stage.accept(variant.id, found);
    renameSync(stage.path, join(ownFolder, id));
  } finally {
    stage.delete();
  }
  return id;
}

function requireFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new AppError('file-missing', `There is no folder ${folder}.`);
}
