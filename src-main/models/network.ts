import { INNER_OUTPUT, POOLED_OUTPUT } from '../inference/room.ts';
import type { NetworkFile } from '../inference/room.ts';
import type { ModelManifest } from './manifest.ts';

/** A network as it is opened for its embedding, and the names of what is read from it. */
export interface ModelNetwork {
  file: NetworkFile;
  /** [batch, dims] */
  embedding: string;
}

/** Inner tokens are made an output, and tokens are pooled by the network itself. */
export function networkOf(manifest: ModelManifest, path: string, sha256: string): ModelNetwork {
  const { dims, from, tokens } = manifest.embedding;
  // Three kinds of tokens side by side, each of the network's own width.
  const width = tokens === 'first-second-rest' ? dims / 3 : dims;
  const tensor = from.kind === 'inner' ? INNER_OUTPUT : from.name;
  return {
    file: {
      path,
      sha256,
      trialDims: { [manifest.input.name]: inputDims(manifest, 1) },
      ...(from.kind === 'inner' ? { innerOutput: { find: from.tensor, dims: width } } : {}),
      ...(tokens === 'none' ? {} : { pooled: { tensor, tokens } }),
    },
    embedding: tokens === 'none' ? tensor : POOLED_OUTPUT,
  };
}

/** Shape of `batch` segments as the network wants them. */
export function inputDims({ input, segment, frontEnd }: ModelManifest, batch: number): number[] {
  const { frames } = segment;
  const { bands } = frontEnd;
  if (input.axes === 'bctm') return [batch, 1, frames, bands];
  return input.axes === 'bmt' ? [batch, bands, frames] : [batch, frames, bands];
}
