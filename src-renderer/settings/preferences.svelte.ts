import type { Settings } from '../../src-main/settings/contract.ts';
import type { Transport } from '../transport/transport.ts';

type Patch = Partial<Omit<Settings, 'version' | 'ffmpegPath'>>;

/** The settings as the core has them. */
export class Preferences {
  current = $state.raw<Settings | null>(null);
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.subscribe('settings.changed', (settings) => (this.current = settings));
  }

  async load(): Promise<void> {
    this.current = await this.#transport.call('settings.get');
  }

  async update(patch: Patch): Promise<void> {
    this.current = await this.#transport.call('settings.update', patch);
  }
}
