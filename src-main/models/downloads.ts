import { AppError, toPlainError } from '../base/errors.ts';
import type { DownloadProgress } from './contract.ts';
import { downloadFile } from './download/download.ts';
import type { Network } from './download/https-get.ts';
import { filesOf } from './manifest.ts';
import type { ModelManifest, Variant } from './manifest.ts';
import type { ModelFolder } from './model-folder.ts';

const PROGRESS_MILLISECONDS = 200;

interface RunningDownload {
  cancel: AbortController;
  progress: DownloadProgress;
}

/** The downloads that run: at most one for each model. */
export class Downloads {
  readonly #running = new Map<string, RunningDownload>();
  readonly #announce: (progress: DownloadProgress) => void;
  readonly #network: Network | undefined;

  constructor(announce: (progress: DownloadProgress) => void, network?: Network) {
    this.#announce = announce;
    this.#network = network;
  }

  progressOf(id: string): DownloadProgress | null {
    return this.#running.get(id)?.progress ?? null;
  }

  cancel(id: string): void {
    this.#running.get(id)?.cancel.abort();
  }

  cancelAll(): void {
    for (const id of this.#running.keys()) this.cancel(id);
  }

  /**
   * Fetches the files of a variant that are not here, then lets them be looked at.
   * @throws AppError `busy` where the model is being fetched already, `unsupported` where a file has no
   *   address, and what `downloadFile` and `check` throw
   */
  async run(
    manifest: ModelManifest,
    variant: Variant,
    folder: ModelFolder,
    check: () => Promise<void>,
  ): Promise<void> {
    const { id } = manifest;
    if (this.#running.has(id)) {
      throw new AppError('busy', `${manifest.name} is being downloaded already.`);
    }
    const progress: DownloadProgress = {
      id,
      variant: variant.id,
      state: 'running',
      receivedBytes: 0,
      totalBytes: totalBytes(manifest, variant),
      message: null,
    };
    const cancel = new AbortController();
    this.#running.set(id, { cancel, progress });
    try {
      await this.#fetchAll(manifest, variant, folder, progress, cancel.signal);
      await check();
      progress.state = 'done';
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      progress.state = code === 'cancelled' ? 'cancelled' : 'failed';
      progress.message = message;
      throw thrown;
    } finally {
      this.#running.delete(id);
      this.#announce({ ...progress });
    }
  }

  async #fetchAll(
    manifest: ModelManifest,
    variant: Variant,
    folder: ModelFolder,
    progress: DownloadProgress,
    signal: AbortSignal,
  ): Promise<void> {
    let before = 0;
    let announced = -Infinity;
    this.#announce({ ...progress });
    for (const file of filesOf(manifest, variant)) {
      if (folder.stateOf(file) === 'absent') {
        if (!file.url) throw byHandOnly(file.name, folder.path);
        await downloadFile(
          {
            url: file.url,
            path: folder.pathOf(file.name),
            bytes: file.bytes,
            sha256: folder.knownHash(file),
          },
          {
            signal,
            network: this.#network,
            onProgress: (received) => {
              progress.receivedBytes = before + received;
              if (performance.now() - announced < PROGRESS_MILLISECONDS) return;
              announced = performance.now();
              this.#announce({ ...progress });
            },
          },
        );
      }
      before += folder.sizeOf(file);
      progress.receivedBytes = before;
    }
  }
}

const byHandOnly = (name: string, folder: string): AppError =>
  new AppError('unsupported', `${name} has no address to fetch it from. Put it into ${folder}.`);

/** Null where the size of a file is unknown and nobody gave a rough one. */
export function totalBytes(manifest: ModelManifest, variant: Variant): number | null {
  let total = 0;
  for (const file of filesOf(manifest, variant)) {
    const isNetwork = file === variant.network;
    const bytes = file.bytes ?? (isNetwork ? variant.roughBytes : SMALL_FILE_BYTES);
    if (bytes === undefined) return null;
    total += bytes;
  }
  return total;
}

/** What a list of classes has, about. */
const SMALL_FILE_BYTES = 30_000;
