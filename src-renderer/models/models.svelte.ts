import type { ModelProgress } from '../../src-main/embedding/contract.ts';
import type { DownloadProgress, ModelList } from '../../src-main/models/contract.ts';
import type { Transport } from '../transport/transport.ts';

/** Every model, what of it is here and what it has heard, kept up to date. */
export class ModelsState {
  list = $state.raw<ModelList | null>(null);
  progress = $state.raw<Partial<Record<string, ModelProgress>>>({});
  downloads = $state.raw<Partial<Record<string, DownloadProgress>>>({});
  readonly #transport: Transport;
  readonly #ends: (() => void)[];

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#ends = [
      transport.subscribe('models.changed', () => void this.load()),
      transport.subscribe('models.downloadProgressed', (download) => this.#heard(download)),
      transport.subscribe('embedding.progressed', (all) => this.#keep(all)),
    ];
  }

  async load(): Promise<void> {
    const [list, progress] = await Promise.all([
      this.#transport.call('models.list'),
      this.#transport.call('embedding.getModels'),
    ]);
    this.list = list;
    this.#keep(progress);
    for (const { download } of list.models) if (download) this.#heard(download);
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  #keep(all: ModelProgress[]): void {
    this.progress = Object.fromEntries(all.map((one) => [one.id, one]));
  }

  #heard(download: DownloadProgress): void {
    const isOn = download.state === 'running';
    this.downloads = { ...this.downloads, [download.id]: isOn ? download : undefined };
  }
}
