/** Keeps what was best and tells when nothing better has come for a while. */
export class EarlyStop<Kept> {
  readonly #patience: number;
  #epoch = 0;
  #bestLoss = Infinity;
  /** 1 for the first epoch; 0 before. */
  bestEpoch = 0;
  best: Kept | null = null;

  /** @param patience so many epochs without a better loss are waited for */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /** Takes the loss of the next epoch; answers whether to stop. */
  take(loss: number, kept: Kept): boolean {
    this.#epoch++;
    if (loss < this.#bestLoss || this.best === null) {
      this.#bestLoss = loss;
      this.bestEpoch = this.#epoch;
      this.best = kept;
    }
    return this.#epoch - this.bestEpoch >= this.#patience;
  }
}
