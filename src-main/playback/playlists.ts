import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import type { WritableDb } from '../database/room.ts';
import type { playlistCalls } from './contract.ts';
import {
  deletePlaylist,
  insertPlaylist,
  listPlaylists,
  playlistNamed,
  playlistTracks,
  renamePlaylist,
  writePlaylist,
} from './playlist-table.ts';

/** Playlists that are kept in the library. */
export function createPlaylists(
  db: WritableDb,
  onChanged: () => void,
): Handlers<typeof playlistCalls> {
  function tracksOf(id: number): number[] {
    const trackIds = playlistTracks(db, id);
    if (!trackIds) throw new AppError('not-found', 'This playlist is no longer there.');
    return trackIds;
  }

  const add = db.transaction((name: string, trackIds: number[]): number => {
    const id = playlistNamed(db, name) ?? insertPlaylist(db, name);
    const before = tracksOf(id);
    const known = new Set(before);
    const added = [...new Set(trackIds)].filter((trackId) => !known.has(trackId));
    writePlaylist(db, id, [...before, ...added]);
    return added.length;
  });

  function rename(id: number, name: string): void {
    if ((playlistNamed(db, name) ?? id) !== id) {
      throw new AppError('bad-input', `There is a playlist ${name} already.`);
    }
    tracksOf(id);
    renamePlaylist(db, id, name);
    onChanged();
  }

  return {
    'playback.listPlaylists': () => listPlaylists(db),
    'playback.getPlaylist': ({ id }) => tracksOf(id),
    'playback.addToPlaylist': ({ name, trackIds }) => {
      const added = add(name, trackIds);
      onChanged();
      return { added };
    },
    'playback.setPlaylist': ({ id, trackIds }) => {
      tracksOf(id);
      writePlaylist(db, id, trackIds);
      onChanged();
    },
    'playback.renamePlaylist': ({ id, name }) => rename(id, name),
    'playback.removePlaylist': ({ id }) => {
      deletePlaylist(db, id);
      onChanged();
    },
  };
}
