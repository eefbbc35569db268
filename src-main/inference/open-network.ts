import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Provider } from './contract.ts';
import { checkDevice } from './device-check.ts';
import { GraphCache } from './graph-cache.ts';
import { createLocalSession } from './local-session.ts';
import type { LocalSession, LocalSessionOptions } from './local-session.ts';
import { prepareNetwork } from './network.ts';
import type { NetworkFile } from './network.ts';

/**
 * Opens a network on one device, from its optimised form where there is one, and makes sure that this
 * device really computes it. `folder` holds the optimised forms.
 * @throws AppError `file-missing`, `model-invalid`, `unavailable`, `out-of-memory` or `internal`
 */
export async function openNetwork(
  network: NetworkFile,
  provider: Provider,
  folder: string,
): Promise<LocalSession> {
  const profilePrefix = join(folder, `profile-${process.pid}-${Date.now()}`);
  const options = provider === 'cpu' ? {} : { profilePrefix };
  await mkdir(folder, { recursive: true });
  const session = await openOptimised(network, provider, new GraphCache(folder), options);
  if (provider !== 'cpu') {
    try {
      await checkDevice(session, profilePrefix, network.trialDims);
    } catch (thrown) {
      await session.release();
      throw thrown;
    }
  }
  return session;
}

async function openOptimised(
  network: NetworkFile,
  provider: Provider,
  cache: GraphCache,
  options: LocalSessionOptions,
): Promise<LocalSession> {
  const path = await cache.pathOf(network, provider).catch(() => {
    throw new AppError('file-missing', `The file of the network is not there: ${network.path}.`);
  });
  if (await cache.has(path)) {
    try {
      return await createLocalSession(path, provider, { ...options, optimise: 'none' });
    } catch {
      await cache.drop(path); // Cut off by a full disk, say: it is made again.
    }
  }
  const { bytes, hasExternalData } = await prepareNetwork(network);
  const weightsFolder = dirname(network.path);
  const open = (optimisedPath?: string): Promise<LocalSession> =>
    createLocalSession(bytes, provider, { ...options, weightsFolder, optimisedPath });
  if (hasExternalData) return open(); // It is too large for one file, or it would not be in several.
  try {
    return await cache.keep(path, open);
  } catch {
    // Some devices cannot write what they made of it, and the disk may be full: it works without.
    return open();
  }
}
