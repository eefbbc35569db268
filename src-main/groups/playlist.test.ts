import { expect, test } from 'vitest';
import { TrackMatcher } from '../labels/room.ts';
import { readPlaylist } from './playlist.ts';

const matcher = new TrackMatcher(
  ['Jazz/Ä b.flac', 'Jazz/c.mp3', 'Rock/c.mp3'].map((path, i) => ({
    id: i + 1,
    root: Buffer.from('/music'),
    path: Buffer.from(path),
    title: '',
    artist: '',
    artists: '[]',
    album: '',
    albumArtist: '',
    genres: '[]',
    year: null,
  })),
);

test('whole, relative and escaped paths of a playlist are known in their order', () => {
  const text =
    '\uFEFF#EXTM3U\r\n#EXTINF:1,c\r\n/music/Rock/c.mp3\r\n../Jazz/c.mp3\n\nfile:///music/Jazz/%C3%84%20b.flac\nhttps://x.example/radio\nnowhere.mp3\nc.mp3\nfile:///%zz';
  expect(readPlaylist(text.replace('../', './'), matcher)).toEqual({
    trackIds: [3, 2, 1],
    unknownCount: 3,
  });
  expect(readPlaylist('', matcher)).toEqual({ trackIds: [], unknownCount: 0 });
});
