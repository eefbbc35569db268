import { decodePoints } from '../drawing/map/point-data.ts';
import type { FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import type { WorkerProcess } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { ReadableDb } from '../database/room.ts';
import { featureGroups, featureNames } from '../features/room.ts';
import type { TrackRow } from '../library/contract.ts';
import type { Journey, journeyCalls, JourneyPlace, ValueGroup } from './contract.ts';
import { tracksHolding } from './track-recordings.ts';
import type { HeardTrack, JourneyWorkerTable } from './worker-table.ts';

export interface JourneyDeps {
  db: ReadableDb;
  /** Null: there is no library to compare with. */
  databasePath: string | null;
  wasmFolder: string;
  forkWorker(): WorkerProcess;
  ffmpeg(): Promise<FfmpegSearch>;
  filePathOf(trackId: number): Buffer | null;
  trackRows(ids: number[]): TrackRow[];
  /** The map in force, with its points as told at `MapInfo`; null where none was drawn. */
  currentMap(): Promise<{ id: number; points: Uint8Array } | null>;
}

/** A journey and the bytes of its panels, laid out as told at `Panel`. */
export interface OpenedJourney {
  journey: Journey;
  bytes: Uint8Array;
}

/** One track from its samples to its place in the library. */
export interface JourneyRoom {
  calls: Handlers<typeof journeyCalls>;
  /** @throws AppError where there is no such track or it cannot be decoded */
  ofTrack(trackId: number): Promise<OpenedJourney>;
  /** A file that need not be in the library. @throws AppError where it cannot be decoded */
  ofFile(path: Buffer): Promise<OpenedJourney>;
  close(): void;
}

const KEPT_JOURNEYS = 4;
/** Below and above lie the rarest twentieths. */
const USUAL = { from: 5, to: 95 };

export function createJourney(deps: JourneyDeps): JourneyRoom {
  const worker = new WorkerCalls<JourneyWorkerTable>(deps.forkWorker);
  const kept = new Map<number, Promise<OpenedJourney>>();
  let turn = 0;

  function trackRow(trackId: number): TrackRow {
    const [track] = deps.trackRows([trackId]);
    if (!track) throw new AppError('not-found', 'This track is no longer in the library.');
    return track;
  }

  function ofTrack(trackId: number): Promise<OpenedJourney> {
    const known = kept.get(trackId);
    if (known) return known;
    trackRow(trackId);
    const path = deps.filePathOf(trackId);
    if (!path) throw new AppError('file-missing', 'The file is not there at the moment.');
    const opening = open(path, trackId);
    kept.set(trackId, opening);
    for (const oldest of [...kept.keys()].slice(0, -KEPT_JOURNEYS)) kept.delete(oldest);
    opening.catch(() => kept.delete(trackId));
    return opening;
  }

  async function open(path: Buffer, trackId: number | null): Promise<OpenedJourney> {
    const mine = ++turn;
    worker.stop(); // Nobody looks at the track before any more.
    const { ffmpeg, message } = await deps.ffmpeg();
    if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
    if (mine !== turn) throw new AppError('cancelled', 'Another track was asked for.');
    const { wasmFolder, databasePath } = deps;
    const heard = await worker.call('hear', { ffmpeg, path, wasmFolder, databasePath });
    if (mine === turn) worker.stop(); // Its memory is as large as the longest track.
    return { journey: await describe(heard, trackId), bytes: heard.drawn.bytes };
  }

  async function describe(heard: HeardTrack, trackId: number | null): Promise<Journey> {
    const { durationSeconds, passages, drawn, vector, tempo, key, place } = heard;
    const { columns, panels } = drawn;
    return {
      durationSeconds,
      passages,
      columns,
      panels,
      tempo,
      key,
      groups: groupsOf(vector, place.percentiles),
      libraryCount: place.count,
      place: await placeOnMap(heard, trackId),
    };
  }

  async function placeOnMap(
    { place }: HeardTrack,
    trackId: number | null,
  ): Promise<JourneyPlace | null> {
    const map = await deps.currentMap();
    if (!map) return null;
    const placeOf = placesOf(map.points);
    const own = placeOf.get(trackId ?? 0);
    if (own) return { mapId: map.id, x: own[0], y: own[1], isGuessed: false };
    const guess = guessedPlace(deps.db, place.nearest, placeOf);
    return guess && { mapId: map.id, ...guess, isGuessed: true };
  }

  return {
    calls: {
      'journey.open': async ({ trackId }) => {
        const { journey } = await ofTrack(trackId);
        return { track: trackRow(trackId), journey };
      },
    },
    ofTrack: async (trackId) => ofTrack(trackId),
    ofFile: (path) => open(path, null),
    close: () => worker.stop(),
  };
}

function groupsOf(vector: Float32Array, percentiles: readonly number[] | null): ValueGroup[] {
  return featureGroups.map(({ name, label, indices }) => {
    const places = percentiles && indices.map((i) => percentiles[i]);
    return {
      name,
      label,
      names: indices.map((i) => featureNames[i]),
      values: indices.map((i) => vector[i]),
      percentiles: places,
      unusualCount: (places ?? []).filter((p) => p < USUAL.from || p > USUAL.to).length,
    };
  });
}

/** x and y of each track on a map. */
function placesOf(points: Uint8Array): Map<number, [number, number]> {
  const { trackIds, coordinates, dims } = decodePoints(points.slice().buffer as ArrayBuffer);
  return new Map(
    Array.from(trackIds, (id, i) => [id, [coordinates[i * dims], coordinates[i * dims + 1]]]),
  );
}

/** The middle of what sounds most alike, the nearest counting most; exactly the same sound decides alone. */
function guessedPlace(
  db: ReadableDb,
  nearest: HeardTrack['place']['nearest'],
  placeOf: ReadonlyMap<number, readonly [number, number]>,
): { x: number; y: number } | null {
  const trackOf = new Map(
    tracksHolding(
      db,
      nearest.map(({ recordingId }) => recordingId),
    ),
  );
  let [x, y, total] = [0, 0, 0];
  for (const { recordingId, distance } of nearest) {
    const place = placeOf.get(trackOf.get(recordingId) ?? 0);
    if (!place) continue;
    const weight = 1 / (distance ** 2 + 1e-9);
    x += weight * place[0];
    y += weight * place[1];
    total += weight;
  }
  return total > 0 ? { x: x / total, y: y / total } : null;
}
