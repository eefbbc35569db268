import type { Inference } from '../inference/room.ts';
import { networkOf } from '../models/room.ts';
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
  const { file, embedding } = networkOf(manifest, networkPath, sha256);
  const session = await inference.open(file);
  return {
    get provider() {
      return session.provider;
    },
    run: session.run,
    release: session.release,
    output: embedding,
  };
}
