/** A typed emitter. `Events` maps an event's name to its payload; a listener that throws stops nobody else. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  readonly #anyListeners = new Set<(name: keyof Events, payload: unknown) => void>();

  /** Returns the function that ends the subscription. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as (payload: never) => void);
    return () => set.delete(listener as (payload: never) => void);
  }

  /** Hears every event; used by hosts to forward news to a window or a socket. */
  onAny(listener: (name: keyof Events, payload: unknown) => void): () => void {
    this.#anyListeners.add(listener);
    return () => this.#anyListeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    const heard = [...(this.#listeners.get(name) ?? [])] as ((payload: Events[Name]) => void)[];
    for (const listener of heard) attempt(() => listener(payload));
    for (const listener of this.#anyListeners) attempt(() => listener(name, payload));
  }
}

function attempt(listener: () => void): void {
  try {
    listener();
  } catch (thrown) {
    console.error('an event listener failed', thrown);
  }
}
