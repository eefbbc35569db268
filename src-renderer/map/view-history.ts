const MOST = 50;

/** The views where the user stayed, to go back and forward through. */
export class ViewHistory<View> {
  readonly #isNear: (a: View, b: View) => boolean;
  #views: { view: View; isAll: boolean }[] = [];
  #at = -1;

  /** @param isNear whether a person would call two views the same */
  constructor(isNear: (a: View, b: View) => boolean) {
    this.#isNear = isNear;
  }

  /**
   * Remembers a view that came to rest; what lay ahead is forgotten.
   * @param isAll whether it shows all: in a frame of another size that is still the same view
   */
  record(view: View, isAll = false): void {
    const now = this.#views[this.#at];
    if (now && isAll && now.isAll) now.view = view;
    if (now && this.#isNear(now.view, view)) return;
    this.#views = [...this.#views.slice(0, this.#at + 1), { view, isAll }].slice(-MOST);
    this.#at = this.#views.length - 1;
  }

  /** @returns the view `steps` away, or null at the end */
  go(steps: 1 | -1): View | null {
    const there = this.#views[this.#at + steps];
    if (!there) return null;
    this.#at += steps;
    return there.view;
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#views.length - 1;
  }
}
