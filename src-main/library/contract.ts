import { z } from 'zod';
import { call, id, nothing, trackIds } from '../base/contract.ts';
import type { ErrorCode } from '../base/errors.ts';

/** `away`: the folder's root has vanished (an unplugged drive); its tracks stay. */
export type FolderState = 'present' | 'away' | 'unreadable';

export interface LibraryFolder {
  id: number;
  /** For showing only; never sent back. */
  path: string;
  state: FolderState;
  trackCount: number;
  /** ISO 8601, null before the first scan ended. */
  lastScannedAt: string | null;
  /** Sub-folders that could not be read, for showing. */
  unreadable: string[];
}

/**
 * `waiting`: not analysed yet; `partial`: analysed, but the file is damaged; `failed`: see `failure`;
 * `missing`: the file is gone; `away`: its folder is.
 */
export type TrackStatus =
  'waiting' | 'analysed' | 'partial' | 'failed' | 'missing' | 'away' | 'excluded';

/** One line of a track list. */
export interface TrackRow {
  id: number;
  title: string;
  artist: string;
  album: string;
  genre: string;
  year: number | null;
  trackNumber: number | null;
  /** Seconds as decoded; from the tags until then; null when unknown. */
  durationSeconds: number | null;
  /** BPM as measured; null before analysis. */
  tempo: number | null;
  /** As measured, such as `A minor`. */
  key: string | null;
  /** Integrated loudness in LUFS. */
  loudness: number | null;
  status: TrackStatus;
  hasArtwork: boolean;
  /** No browser plays its format: it is converted while it plays, and seeking starts it anew. */
  isTranscoded: boolean;
}

export interface TrackDetails extends TrackRow {
  artists: string[];
  albumArtist: string;
  genres: string[];
  discNumber: number | null;
  /** BPM and key as the tags say. */
  taggedTempo: number | null;
  taggedKey: string | null;
  /** dB. */
  replayGainTrack: number | null;
  replayGainAlbum: number | null;
  tempoConfidence: number | null;
  keyConfidence: number | null;
  loudnessRange: number | null;
  codec: string | null;
  sampleRate: number | null;
  channels: number | null;
  /** For showing only. */
  path: string;
  folderId: number;
  failure: { code: ErrorCode; message: string } | null;
  /** Why the analysis is only of a part, or null. */
  partialReason: string | null;
}

/** A folder of this machine as the core's own folder picker lists it; `placeId` is opaque. */
export interface Place {
  placeId: string;
  name: string;
}

export interface PlaceListing {
  place: Place & { path: string };
  parents: Place[];
  folders: Place[];
  /** Audio files directly inside. */
  audioFileCount: number;
}

export const trackSort = z.enum([
  'title',
  'artist',
  'album',
  'genre',
  'year',
  'duration',
  'tempo',
  'loudness',
  'added',
]);
export type TrackSort = z.output<typeof trackSort>;

export const trackQuery = z.object({
  /** Words looked for in title, artist, album and genre. */
  text: z.string().max(500).default(''),
  folderId: id.optional(),
  status: z.enum(['any', 'playable', 'failed', 'missing']).default('any'),
  sort: trackSort.default('artist'),
  descending: z.boolean().default(false),
});
export type TrackQuery = z.input<typeof trackQuery>;

export const libraryCalls = {
  'library.listFolders': call<LibraryFolder[]>()(nothing),
  /** Opens the native dialog; answers null when the user cancels. */
  'library.pickFolder': call<LibraryFolder | null>()(nothing),
  /** The machine's folders; without a place, the user's home. */
  'library.browse': call<PlaceListing>()(z.object({ placeId: z.string().max(200).optional() })),
  'library.addPlace': call<LibraryFolder>()(z.object({ placeId: z.string().max(200) })),
  'library.addDemo': call<LibraryFolder>()(nothing),
  'library.removeFolder': call<void>()(z.object({ folderId: id })),
  'library.rescan': call<void>()(z.object({ folderId: id.optional() }).default({})),
  'library.listTracks': call<{ total: number; tracks: TrackRow[] }>()(
    trackQuery.extend({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
  /** Only the ids of a stretch of the list, in its order; without a limit all that follow. */
  'library.listIds': call<number[]>()(
    trackQuery.extend({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).optional(),
    }),
  ),
  /** The position of a track in the list that the query gives, or -1; lets a list scroll to it. */
  'library.positionOfTrack': call<number>()(trackQuery.extend({ trackId: id })),
  /** In the order asked for; unknown ids are left out. */
  'library.getTracks': call<TrackRow[]>()(z.object({ ids: z.array(id).max(1000) })),
  'library.getTrack': call<TrackDetails>()(z.object({ id })),
  /** Forgets tracks whose file is gone: the given ones, or all. */
  'library.removeMissing': call<{ removed: number }>()(
    z.object({ ids: z.array(id).optional() }).default({}),
  ),
  'library.setExcluded': call<void>()(z.object({ ids: trackIds, excluded: z.boolean() })),
  'library.revealTrack': call<void>()(z.object({ id })),
};

export interface ScanProgress {
  folderId: number;
  state: 'scanning' | 'done' | 'away' | 'failed';
  filesSeen: number;
  filesRead: number;
  /** A sentence where the state is `away` or `failed`. */
  message: string | null;
}

export interface LibraryEvents {
  'library.changed': { tracks: number };
  'library.foldersChanged': { folders: LibraryFolder[] };
  'library.scanProgressed': ScanProgress;
  /** Tracks of the demo that are composed, of those that were wanting. */
  'library.demoProgressed': { made: number; total: number };
}
