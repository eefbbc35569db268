// Real music to measure with: Battle for Wesnoth's, from Debian's package `wesnoth-1.16-music`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export function wesnothMusic() {
  const games = '/usr/share/games/wesnoth';
  return readdirSync(games).map((version) => join(games, version, 'data/core/music'));
}

/** In order of their names. */
export function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
