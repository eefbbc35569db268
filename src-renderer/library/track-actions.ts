import type { TrackRow } from '../../src-main/library/contract.ts';
import type { AppContext } from '../app/context.ts';
import { plural } from '../ui/format.ts';

type Known = Pick<TrackRow, 'id' | 'status'>;

/** Whether there is a file to play at the moment. */
export const canPlay = ({ status }: Known): boolean =>
  status !== 'missing' && status !== 'away' && status !== 'failed';

/** Whether it is known how the track sounds. */
export const wasHeard = ({ status }: Known): boolean => status !== 'failed' && status !== 'waiting';

/** Leaves tracks out of the map and of results, or takes them in again. */
export async function setExcluded(
  { transport, notify }: AppContext,
  ids: number[],
  excluded: boolean,
): Promise<void> {
  try {
    await transport.call('library.setExcluded', { ids, excluded });
    notify(excluded ? 'Left out of the map and of similar tracks.' : 'Back in.');
  } catch (thrown) {
    notify((thrown as Error).message);
  }
}

interface TrackAction {
  name: string;
  isPossible: boolean;
  run(): void;
}

/** As many as are heard at a time, to find more like them. */
export const MOST_SEEDS = 100;

/** What can be done with tracks, in the order that players have it. Of several nothing is known but the first. */
export function trackActions(context: AppContext, track: TrackRow, ids: number[]): TrackAction[] {
  const { player, selection, notify } = context;
  const isOne = ids.length === 1;
  const isPlayable = !isOne || canPlay(track);
  const isHeard = !isOne || wasHeard(track);
  const isExcluded = track.status === 'excluded';
  const many = plural(ids.length, 'track');
  const ask = (about: 'labels' | 'playlist') => () => (selection.dialog = { about, ids });
  return [
    {
      name: isOne ? 'Play' : `Play ${many}`,
      isPossible: isPlayable,
      run: () => void player.play(ids),
    },
    { name: 'Play next', isPossible: isPlayable, run: () => player.playNext(ids) },
    {
      name: 'Add to queue',
      isPossible: isPlayable,
      run: () => {
        player.enqueue(ids);
        notify(`${many} added to the queue.`);
      },
    },
    {
      name: 'Find similar',
      isPossible: isHeard,
      run: () => {
        if (isOne) selection.choose(track.id);
        selection.showSimilar(ids.slice(0, MOST_SEEDS));
      },
    },
    ...(isOne ? whereItIs(context, track) : []),
    { name: 'Add to playlist…', isPossible: true, run: ask('playlist') },
    { name: 'Edit labels…', isPossible: true, run: ask('labels') },
    ...(isOne ? whatHoldsIt(context, track) : []),
    {
      name: exclusion(isExcluded, isOne ? '' : ` ${many}`),
      isPossible: !isOne || track.status !== 'missing',
      run: () => void setExcluded(context, ids, !isExcluded),
    },
  ];
}

const exclusion = (isExcluded: boolean, what: string): string =>
  isExcluded ? `Include${what} again` : `Leave${what} out`;

function whereItIs({ player, selection }: AppContext, track: TrackRow): TrackAction[] {
  const { id } = track;
  const isHeard = wasHeard(track);
  const playing = player.current?.id ?? id;
  return [
    { name: 'Show on map', isPossible: isHeard, run: () => selection.flyTo(id) },
    {
      name: 'Path from the playing track',
      isPossible: isHeard && playing !== id,
      run: () => (selection.pathTo = id),
    },
  ];
}

function whatHoldsIt({ transport, notify }: AppContext, track: TrackRow): TrackAction[] {
  if (!transport.capabilities.revealFile) return [];
  const reveal = async (): Promise<void> => {
    await transport
      .call('library.revealTrack', { id: track.id })
      .catch((thrown: Error) => notify(thrown.message));
  };
  return [{ name: 'Show in folder', isPossible: canPlay(track), run: () => void reveal() }];
}
