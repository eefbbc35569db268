import type { IndexingStatus } from '../../src-main/indexing/contract.ts';
import type { LibraryFolder, ScanProgress } from '../../src-main/library/contract.ts';
import type { ProjectionProgress } from '../../src-main/projection/contract.ts';
import type { Transport } from '../transport/transport.ts';

/** What the core is doing: scanning, listening, mapping. */
export class Activity {
  status = $state.raw<IndexingStatus | null>(null);
  scan = $state.raw<ScanProgress | null>(null);
  mapping = $state.raw<ProjectionProgress | null>(null);
  folders = $state.raw<LibraryFolder[]>([]);
  /** False until the folders are known for the first time. */
  isLoaded = $state(false);

  constructor(transport: Transport) {
    transport.subscribe('indexing.progressed', (status) => (this.status = status));
    transport.subscribe('library.scanProgressed', (scan) => (this.scan = scan));
    transport.subscribe('projection.progressed', (mapping) => (this.mapping = mapping));
    transport.subscribe('library.foldersChanged', ({ folders }) => (this.folders = folders));
    void this.#load(transport);
  }

  async #load(transport: Transport): Promise<void> {
    [this.folders, this.status] = await Promise.all([
      transport.call('library.listFolders'),
      transport.call('indexing.getStatus'),
    ]);
    this.isLoaded = true;
  }

  get isBusy(): boolean {
    return (
      this.scan?.state === 'scanning' ||
      this.status?.state === 'running' ||
      this.mapping?.state === 'running'
    );
  }

  /** One line for the toolbar. */
  get summary(): string {
    if (this.status?.notice) return this.status.notice.message;
    if (this.status?.state === 'paused') return 'Paused';
    if (this.status?.state === 'running') {
      const [{ done, waiting, active, failed }] = this.status.stages;
      return `Listening: ${done} of ${done + waiting + active + failed}`;
    }
    if (this.scan?.state === 'scanning')
      return `Looking through folders: ${this.scan.filesSeen} files`;
    if (this.mapping?.state === 'running') {
      return `Drawing the map: ${Math.round(100 * this.mapping.fraction)} %`;
    }
    return 'Up to date';
  }
}
