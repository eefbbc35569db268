import type { TrackFacts } from './label-table.ts';

/** Letters and digits alone, without case and accents: what stays the same when tags are written anew. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

const withSlashes = (path: string): string => path.normalize('NFC').replaceAll('\\', '/');
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Finds tracks of the library by what another program wrote of them. */
export class TrackMatcher {
  readonly #byName = new Map<string, { id: number; path: string }[]>();
  readonly #byTitle = new Map<string, number[]>();

  constructor(tracks: TrackFacts[]) {
    for (const { id, root, path, artist, title } of tracks) {
      const whole = withSlashes(`${root.toString('utf8')}/${path.toString('utf8')}`);
      push(this.#byName, nameOf(whole), { id, path: whole });
      if (plain(title)) push(this.#byTitle, `${plain(artist)}\n${plain(title)}`, id);
    }
  }

  /** The track with this path, or the only one whose path ends like it. */
  byPath(path: string): number | null {
    const given = withSlashes(path.trim());
    const named = this.#byName.get(nameOf(given)) ?? [];
    const whole = named.find((track) => track.path === given);
    if (whole) return whole.id;
    const ending = `/${given.replace(/^(\.?\/)+/, '')}`;
    const alike = named.filter((track) => track.path.endsWith(ending));
    return alike.length === 1 ? alike[0].id : null;
  }

  /** Every copy of a song; none without a title. */
  byTitle(artist: string, title: string): number[] {
    return this.#byTitle.get(`${plain(artist)}\n${plain(title)}`) ?? [];
  }
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
