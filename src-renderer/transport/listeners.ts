type Listener = (payload: never) => void;

/** Listeners by event name. */
export class Listeners {
  readonly #byName = new Map<string, Set<Listener>>();

  add(name: string, listener: Listener): () => void {
    const set = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  tell(name: string, payload: unknown): void {
    for (const listener of [...(this.#byName.get(name) ?? [])]) listener(payload as never);
  }
}
