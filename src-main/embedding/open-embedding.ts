import { INNER_OUTPUT, POOLED_OUTPUT } from '../inference/room.ts';
import type { Inference } from '../inference/room.ts';
import type { InstalledModel } from '../models/room.ts';
import type { NetworkSession } from './model-run.ts';

/** A network, and the output of it that holds one vector per segment. */
export type EmbeddingSession = NetworkSession & { readonly output: string };

/**
 * Opens the network of a model so that it gives one vector per segment: where it gives tokens, they are pooled
 * on the device.
 * @throws AppError as `inference` does
 */
export async function openEmbedding(
  inference: Pick<Inference, 'open'>,
  { manifest, networkPath, sha256 }: InstalledModel,
): Promise<EmbeddingSession> {
  const { embedding, input, segment, frontEnd } = manifest;
  const { from, tokens, dims } = embedding;
  const tokenDims = tokens === 'first-second-rest' ? dims / 3 : dims;
  const tensor = from.kind === 'output' ? from.name : INNER_OUTPUT;
  const { frames } = segment;
  const { bands } = frontEnd;
  const one = { btm: [1, frames, bands], bctm: [1, 1, frames, bands], bmt: [1, bands, frames] };
  const session = await inference.open({
    path: networkPath,
    sha256,
    ...(from.kind === 'inner' && { innerOutput: { find: from.tensor, dims: tokenDims } }),
    ...(tokens !== 'none' && { pooled: { tensor, tokens } }),
    trialDims: { [input.name]: one[input.axes] },
  });
  return {
    get provider() {
      return session.provider;
    },
    run: session.run,
    release: session.release,
    output: tokens === 'none' ? tensor : POOLED_OUTPUT,
  };
}
