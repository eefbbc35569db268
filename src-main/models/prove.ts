import type { Inference } from '../inference/room.ts';
import type { CatalogueModel } from './catalogue.ts';
import type { Variant } from './manifest.ts';
import type { FoundFile, ModelFolder } from './model-folder.ts';
import { tryNetwork, tryTextNetwork } from './trial.ts';

/**
 * Networks whose publisher gave no hash, or that the user brought, prove themselves before they count.
 * @throws AppError as the trials do
 */
export async function proveNetworks(
  inference: Pick<Inference, 'open'>,
  { manifest, isOwn }: Pick<CatalogueModel, 'manifest' | 'isOwn'>,
  variant: Variant,
  files: ModelFolder,
  found: FoundFile[],
): Promise<void> {
  const fileOf = (name: string): { path: string; sha256: string } => ({
    path: files.pathOf(name),
    sha256: found.find((file) => file.name === name)!.sha256,
  });
  if (isOwn || !variant.network.sha256) {
    const file = fileOf(variant.network.name);
    await tryNetwork(inference, manifest, { variant: variant.id, ...file });
  }
  const { text } = manifest;
  if (text && (isOwn || !text.network.sha256)) {
    await tryTextNetwork(inference, manifest, fileOf(text.network.name));
  }
}
