import { combine } from './selection-mode.ts';
import type { SelectionMode } from './selection-mode.ts';

const MOST_UNDOS = 50;

/** Tracks chosen on the map by lasso or box, or in the list; kept by id, so that a redrawn map keeps them. */
export class MapSelection {
  /** Never empty; null without a selection. */
  ids = $state.raw<number[] | null>(null);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew, never changed
  readonly #set = $derived(new Set(this.ids));
  #before: (number[] | null)[] = [];

  has(id: number | undefined): boolean {
    return id !== undefined && this.#set.has(id);
  }

  choose(ids: number[], mode: SelectionMode): void {
    this.#take(combine(this.ids ?? [], ids, mode));
  }

  clear(): void {
    if (this.ids) this.#take([]);
  }

  /** @returns whether there was something to undo */
  undo(): boolean {
    if (this.#before.length === 0) return false;
    this.ids = this.#before.pop()!;
    return true;
  }

  #take(ids: number[]): void {
    this.#before = [...this.#before, this.ids].slice(-MOST_UNDOS);
    this.ids = ids.length > 0 ? ids : null;
  }
}
