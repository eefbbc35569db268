import type { CatalogueModel } from './catalogue.ts';
import type { DownloadProgress, ModelEntry, ModelVariant, VariantState } from './contract.ts';
import { totalBytes } from './downloads.ts';
import { variantInUse } from './installed.ts';
import { filesOf } from './manifest.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import type { ModelFolder } from './model-folder.ts';

/** What the window and the command line show of a model. */
export function modelEntry(
  model: CatalogueModel,
  files: ModelFolder,
  news: { problem: string | null; download: DownloadProgress | null },
): ModelEntry {
  const { manifest, isOwn } = model;
  const { id, name, about, source, licence, embedding, segment, frontEnd } = manifest;
  return {
    id,
    name,
    about,
    source,
    licence: { ...licence, url: licence.url ?? null },
    isOwn,
    dims: embedding.dims,
    segmentSeconds: (segment.frames * frontEnd.hop) / frontEnd.sampleRate,
    labels: manifest.labels?.name ?? null,
    hasText: manifest.text !== undefined,
    variants: manifest.variants.map((variant) => variantEntry(manifest, variant, files)),
    variant: variantInUse(model, files)?.id ?? null,
    bytesOnDisk: files.bytesOnDisk(),
    folder: files.path,
    ...news,
  };
}

function variantEntry(manifest: ModelManifest, variant: Variant, files: ModelFolder): ModelVariant {
  const wanted = filesOf(manifest, variant);
  const states = wanted.map((file) => files.stateOf(file));
  return {
    id: variant.id,
    about: variant.about,
    bytes: totalBytes(manifest, variant),
    canDownload:
      wanted.some(({ url }) => url !== undefined) &&
      wanted.every(({ url }, i) => url !== undefined || states[i] !== 'absent'),
    state: variantState(states),
    files: wanted.map(({ name, url, bytes }, i) => ({
      name,
      url: url ?? null,
      bytes: bytes ?? null,
      isHere: states[i] !== 'absent',
    })),
  };
}

/** The network comes first: a list of classes alone is no part of a variant yet. */
function variantState(states: ('absent' | 'unchecked' | 'ready')[]): VariantState {
  if (states.every((state) => state === 'ready')) return 'ready';
  if (states[0] === 'absent') return 'absent';
  return states.includes('absent') ? 'part' : 'unchecked';
}
