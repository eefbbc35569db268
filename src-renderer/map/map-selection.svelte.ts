import { combine } from './selection-mode.ts';
import type { SelectionMode } from './selection-mode.ts';

const MOST_UNDOS = 50;

/** Tracks chosen on the map by lasso or box, or in the list; kept by id, so that a redrawn map keeps them. */
export class MapSelection {
  /** Never empty; null without a selection. */
  ids = $state.raw<number[] | null>(null);
  #before: (number[] | null)[] = [];

  choose(ids: number[], mode: SelectionMode): void {
    this.#set(combine(this.ids ?? [], ids, mode));
  }

  clear(): void {
    if (this.ids) this.#set([]);
  }

  /** @returns whether there was something to undo */
  undo(): boolean {
    if (this.#before.length === 0) return false;
    this.ids = this.#before.pop()!;
    return true;
  }

  #set(ids: number[]): void {
    this.#before = [...this.#before, this.ids].slice(-MOST_UNDOS);
    this.ids = ids.length > 0 ? ids : null;
  }
}
