import type { TrackRow } from '../../src-main/library/contract.ts';
import type { AppContext } from '../app/context.ts';

type Known = Pick<TrackRow, 'id' | 'status'>;

/** Whether there is a file to play at the moment. */
export const canPlay = ({ status }: Known): boolean =>
  status !== 'missing' && status !== 'away' && status !== 'failed';

/** Whether it is known how the track sounds. */
export const wasHeard = ({ status }: Known): boolean => status !== 'failed' && status !== 'waiting';

/** Leaves a track out of the map and of results, or takes it in again. */
export async function toggleExcluded(
  { transport, notify }: AppContext,
  { id, status }: Known,
): Promise<void> {
  const excluded = status !== 'excluded';
  await transport.call('library.setExcluded', { ids: [id], excluded });
  notify(excluded ? 'Left out of the map and of similar tracks.' : 'Back in.');
}

interface TrackAction {
  name: string;
  isPossible: boolean;
  run(): void;
}

/** What can be done with a track, in the order that players have it. */
export function trackActions(context: AppContext, track: TrackRow): TrackAction[] {
  const { transport, player, selection } = context;
  const { id } = track;
  const ids = [id];
  const isPlayable = canPlay(track);
  const isHeard = wasHeard(track);
  return [
    { name: 'Play', isPossible: isPlayable, run: () => void player.play(ids) },
    { name: 'Play next', isPossible: isPlayable, run: () => player.playNext(ids) },
    { name: 'Add to queue', isPossible: isPlayable, run: () => player.enqueue(ids) },
    {
      name: 'Find similar',
      isPossible: isHeard,
      run: () => {
        selection.choose(id);
        selection.showSimilar(ids);
      },
    },
    { name: 'Show on map', isPossible: isHeard, run: () => selection.flyTo(id) },
    ...(transport.capabilities.revealFile
      ? [
          {
            name: 'Show in folder',
            isPossible: isPlayable,
            run: () => void transport.call('library.revealTrack', { id }),
          },
        ]
      : []),
    {
      name: track.status === 'excluded' ? 'Include again' : 'Leave out',
      isPossible: track.status !== 'missing',
      run: () => void toggleExcluded(context, track),
    },
  ];
}
