import type { TrackRow } from '../../src-main/library/contract.ts';
import type { Transport } from '../transport/transport.ts';
import type { MapData } from './map-data.svelte.ts';
import type { CloseUpItem } from './overlay.ts';
import { PictureCache } from './picture-cache.ts';

const MOST_TRACKS = 150;

/** Titles and artwork of the few tracks that are on the screen when the map is seen from near. */
export class CloseUp {
  #tracks = $state.raw<TrackRow[]>([]);
  /** Counts up whenever a picture has arrived. */
  #arrivals = $state(0);
  readonly #transport: Transport;
  readonly #pictures = new PictureCache();
  #turn = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async show(ids: number[]): Promise<void> {
    const turn = ++this.#turn;
    if (ids.length === 0) {
      this.#tracks = [];
      return;
    }
    const tracks = await this.#transport.call('library.getTracks', {
      ids: ids.slice(0, MOST_TRACKS),
    });
    if (turn !== this.#turn) return;
    this.#tracks = tracks;
    for (const { id, hasArtwork } of tracks) {
      const url = this.#transport.bytesUrl(`artwork/${id}?size=64`);
      if (hasArtwork) this.#pictures.load(id, url, () => this.#arrivals++);
    }
  }

  itemsOn(map: MapData): CloseUpItem[] {
    void this.#arrivals;
    return this.#tracks.map(({ id, title, artist }) => ({
      point: map.indexOf(id),
      title,
      artist,
      image: this.#pictures.get(id),
    }));
  }
}
