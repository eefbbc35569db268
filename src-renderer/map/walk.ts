import type { AppContext } from '../app/context.ts';
import type { MapData } from './map-data.svelte.ts';

/** Tells, for who goes from dot to dot by keyboard, which track this is, and which place where that is another. */
export class Walk {
  readonly #app: Pick<AppContext, 'transport' | 'announce'>;
  #lastPlace = '';

  constructor(app: Pick<AppContext, 'transport' | 'announce'>) {
    this.#app = app;
  }

  async tell(data: MapData, point: number): Promise<void> {
    const ids = [data.points!.trackIds[point]];
    const [track] = await this.#app.transport.call('library.getTracks', { ids });
    if (!track) return;
    const place = await placeOf(data, point);
    const news = place === this.#lastPlace || place === '' ? '' : `in ${place}`;
    this.#lastPlace = place;
    this.#app.announce([track.title, track.artist, track.genre, news].filter(Boolean).join(', '));
  }
}

async function placeOf(data: MapData, point: number): Promise<string> {
  const { header, values } = await data.columnOf('region');
  return header.kind === 'category' ? (header.values[values[point]] ?? '') : '';
}
