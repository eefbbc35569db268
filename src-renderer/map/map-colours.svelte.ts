import type { ColumnName } from '../../src-main/projection/contract.ts';
import type { LabelSet } from '../../src-main/labels/contract.ts';
import { COLUMN_LABELS } from '../../src-main/drawing/map/column-labels.ts';
import type { Transport } from '../transport/transport.ts';

/** What colours the dots: a column of the map, or a set of labels by its number. */
export type MapColour = ColumnName | `label-${number}`;

/** All that the dots can be coloured by. */
export class MapColours {
  /** Sets of the user's own; those that are always there are columns too. */
  sets = $state.raw<LabelSet[]>([]);
  /** Counts up whenever labels changed. */
  changes = $state(0);
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.subscribe('labels.changed', () => {
      this.changes++;
      void this.#load();
    });
    void this.#load();
  }

  nameOf(colour: MapColour): string {
    if (isColumn(colour)) return COLUMN_LABELS[colour];
    return this.sets.find(({ id }) => `label-${id}` === colour)?.name ?? 'Labels';
  }

  async #load(): Promise<void> {
    const sets = await this.#transport.call('labels.listSets').catch(() => []);
    this.sets = sets.filter(({ isBuiltIn }) => !isBuiltIn);
  }
}

export const isColumn = (colour: MapColour): colour is ColumnName => colour in COLUMN_LABELS;
