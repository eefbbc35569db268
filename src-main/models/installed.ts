import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueModel } from './catalogue.ts';
import { readClasses } from './class-list.ts';
import { filesOf } from './manifest.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import type { ModelFolder } from './model-folder.ts';

/** A model whose files are here and were looked at: what it takes to run it. */
export interface InstalledModel {
  manifest: ModelManifest;
  variant: string;
  folder: string;
  networkPath: string;
  /** Of the network. */
  sha256: string;
  /** What its head tells apart; null where it has none, or the list cannot be read. */
  classes: string[] | null;
  /** The part that turns words into a vector of the same space. */
  text: { networkPath: string; sha256: string; tokenizerPath: string } | null;
  /** Values of different versions are not compared. */
  version: string;
}

/** The chosen variant if it is ready, else the first that is; null where none is. */
export function variantInUse({ manifest }: CatalogueModel, files: ModelFolder): Variant | null {
  const isReady = (variant: Variant): boolean =>
    filesOf(manifest, variant).every((file) => files.stateOf(file) === 'ready');
  const chosen = files.chosenVariant();
  const chosenFirst = manifest.variants.toSorted(
    (a, b) => Number(b.id === chosen) - Number(a.id === chosen),
  );
  return chosenFirst.find(isReady) ?? null;
}

export function installedModel(model: CatalogueModel, files: ModelFolder): InstalledModel | null {
  const variant = variantInUse(model, files);
  if (!variant) return null;
  const { manifest } = model;
  const { text } = manifest;
  const sha256 = files.knownHash(variant.network)!;
  return {
    manifest,
    variant: variant.id,
    folder: files.path,
    networkPath: files.pathOf(variant.network.name),
    sha256,
    classes: classesOf(model, files),
    text:
      (text && {
        networkPath: files.pathOf(text.network.name),
        sha256: files.knownHash(text.network)!,
        tokenizerPath: files.pathOf(text.tokenizer.name),
      }) ||
      null,
    version: `${manifest.version}-${variant.id}-${sha256.slice(0, 12)}`,
  };
}

/** Beside the manifest, or fetched with the network. */
function classesOf({ manifest, folder }: CatalogueModel, files: ModelFolder): string[] | null {
  if (!manifest.labels) return null;
  const { classes, count } = manifest.labels;
  const shipped = join(folder, classes.file);
  const path = existsSync(shipped) ? shipped : files.pathOf(classes.file);
  try {
    return readClasses(path, classes.format, count);
  } catch {
    return null;
  }
}
