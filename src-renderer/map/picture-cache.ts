const MOST_PICTURES = 400;

/** Pictures by the id of their track, as many as are worth keeping. */
export class PictureCache {
  readonly #pictures = new Map<number, HTMLImageElement>();

  load(id: number, url: string, onLoaded: () => void): void {
    if (this.#pictures.has(id)) return;
    if (this.#pictures.size >= MOST_PICTURES) {
      this.#pictures.delete(this.#pictures.keys().next().value!);
    }
    const picture = new Image();
    picture.addEventListener('load', onLoaded);
    picture.src = url;
    this.#pictures.set(id, picture);
  }

  /** Null until it is there. */
  get(id: number): HTMLImageElement | null {
    const picture = this.#pictures.get(id);
    return picture?.complete && picture.naturalWidth > 0 ? picture : null;
  }
}
