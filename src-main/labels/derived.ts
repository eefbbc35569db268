import type { LabelSet, LabelTag } from './contract.ts';
import type { TrackFacts } from './label-table.ts';

type Facts = Omit<TrackFacts, 'id'>;

/** The values that a tag gives, the first being the chief one. */
export function tagValues(facts: Facts, tag: LabelTag): string[] {
  const { year } = facts;
  const values: Record<LabelTag, () => string[]> = {
    genre: () => JSON.parse(facts.genres) as string[],
    artist: () => {
      const all = JSON.parse(facts.artists) as string[];
      return [...new Set(facts.artist ? [facts.artist, ...all] : all)];
    },
    album: () => [facts.album],
    albumArtist: () => [facts.albumArtist],
    year: () => (year === null ? [] : [String(year)]),
    decade: () => (year === null ? [] : [`${Math.floor(year / 10) * 10}s`]),
  };
  return values[tag]().filter((value) => value !== '');
}

/** The name of one folder of a track's path; null where the path is not that deep. */
export function folderValue({ root, path }: Facts, depth: number): string | null {
  const folders = path.toString('utf8').split('/').slice(0, -1);
  const all = [root.toString('utf8').split('/').filter(Boolean).at(-1) ?? '/', ...folders];
  return all.at(depth) ?? null;
}

/** What tags say about a track in this set, and what its folders do. */
export function derivedValues(
  facts: Facts,
  { tag, folderDepth, isMultiple }: Pick<LabelSet, 'tag' | 'folderDepth' | 'isMultiple'>,
): { tags: string[]; folder: string[] } {
  const tags = tag === null ? [] : tagValues(facts, tag);
  const folder = folderDepth === null ? null : folderValue(facts, folderDepth);
  return {
    tags: isMultiple ? tags : tags.slice(0, 1),
    folder: folder === null ? [] : [folder],
  };
}
