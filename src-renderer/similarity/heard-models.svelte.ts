import type { ModelProgress } from '../../src-main/embedding/contract.ts';
import { modelName } from '../groups/model-names.ts';
import type { Transport } from '../transport/transport.ts';

/** The models that have heard something of the library; the measured features are the first. */
export class HeardModels {
  list = $state.raw<{ id: string; name: string }[]>([]);

  constructor(transport: Transport) {
    transport.subscribe('embedding.progressed', (all) => this.#keep(all));
    transport.call('embedding.getModels').then(
      (all) => this.#keep(all),
      () => {}, // The features are there without a list.
    );
  }

  nameOf(id: string): string {
    return this.list.find((model) => model.id === id)?.name ?? modelName(id);
  }

  #keep(all: ModelProgress[]): void {
    const heard = all
      .filter(({ id, done }) => id === 'features' || done > 0)
      .map(({ id, name }) => ({ id, name: id === 'features' ? modelName(id) : name }));
    const isSame = heard.map(({ id }) => id).join() === this.list.map(({ id }) => id).join();
    if (!isSame) this.list = heard;
  }
}
