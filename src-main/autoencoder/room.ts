import { join } from 'node:path';
import type { FfmpegSearch } from '../audio/room.ts';
import type { Handlers } from '../base/contract.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import { WorkerCalls } from '../base/worker-calls.ts';
import type { WritableDb } from '../database/room.ts';
import type { Inference } from '../inference/room.ts';
import type { Labels } from '../labels/room.ts';
import { recordingsOfTracks } from '../library/room.ts';
import type { Library } from '../library/room.ts';
import { onBestDevice, OneTraining } from '../training/room.ts';
import type { Projection } from '../projection/room.ts';
import {
  allAutoencoders,
  autoencoderById,
  deleteAutoencoder,
  heardRecordings,
  insertAutoencoder,
  networkOf,
  pointsOf,
} from './autoencoder-table.ts';
import type { HeardRecording, RecordingPoints } from './autoencoder-table.ts';
import type {
  autoencoderCalls,
  AutoencoderEpoch,
  AutoencoderEvents,
  AutoencoderInfo,
  AutoencoderParameters,
  AutoencoderProgress,
  TrackChoice,
  TrackLengths,
} from './contract.ts';
import { openLatentPoints } from './latent-points.ts';
import { gridShape } from './mel-grid.ts';
import { varianceShares } from './plane.ts';
import type { AutoencoderWorkerTable, Picture, StoredNetwork } from './worker-table.ts';

export interface AutoencoderDeps {
  db: WritableDb;
  host: Pick<Host, 'paths' | 'forkWorker'>;
  library: Pick<Library, 'filePathOf' | 'trackRows'>;
  labels: Pick<Labels, 'labelsOf'>;
  projection: Pick<Projection, 'adopt'>;
  inference: Pick<Inference, 'providers'>;
  ffmpeg(): Promise<FfmpegSearch>;
}

/** Maps that a network learns from the library itself, and what lies between its tracks. */
export interface AutoencoderRoom {
  calls: Handlers<typeof autoencoderCalls>;
  events: Emitter<AutoencoderEvents>;
  train(request: TrainRequest): Promise<AutoencoderInfo>;
  /** The spectrogram at a point of the map, laid out as the contract says. */
  spectrogramAt(id: number, point: number[]): Promise<Uint8Array>;
  /** A track as the network is given it, or what it makes of the track's point. */
  spectrogramOf(
    id: number,
    trackId: number,
    what: 'original' | 'reconstruction',
  ): Promise<Uint8Array>;
  /** A WAV file. */
  soundAt(id: number, point: number[]): Promise<Uint8Array>;
  close(): void;
}

interface TrainRequest {
  name: string;
  tracks: TrackChoice;
  parameters: AutoencoderParameters;
}

/** Reading takes about this part of the time. */
const READING_PART = 0.4;
const MOST_LENGTHS = 500;

export function createAutoencoder(deps: AutoencoderDeps): AutoencoderRoom {
  const { db, host, library, labels, projection, inference } = deps;
  const events = new Emitter<AutoencoderEvents>();
  const fork = () => host.forkWorker('autoencoder');
  const training = new WorkerCalls<AutoencoderWorkerTable>(fork);
  const asking = new WorkerCalls<AutoencoderWorkerTable>(fork);
  const points = openLatentPoints(deps);
  let progress: AutoencoderProgress | null = null;
  const one = new OneTraining('A map is being trained. Wait for it or cancel it.', () =>
    training.stop(),
  );

  function existing(id: number): AutoencoderInfo {
    const found = autoencoderById(db, id);
    if (!found) throw new AppError('not-found', 'This trained map is no longer there.');
    return found;
  }

  const stored = (id: number): StoredNetwork => {
    existing(id);
    return { id, bytes: networkOf(db, id) };
  };

  async function reading() {
    const { ffmpeg, message } = await deps.ffmpeg();
    if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
    return { ffmpeg, wasm: join(host.paths.resources, 'wasm', 'ingest.wasm') };
  }

  function choose({ label, trackIds }: TrackChoice): HeardRecording[] {
    let chosen = heardRecordings(db);
    const recordingOf = recordingsOfTracks(db);
    const keep = (tracks: Iterable<number>): void => {
      const wanted = new Set(Array.from(tracks, (id) => recordingOf.get(id)));
      chosen = chosen.filter(({ recordingId }) => wanted.has(recordingId));
    };
    if (trackIds) keep(trackIds);
    if (label) {
      const values = new Set(label.values);
      const labelled = [...labels.labelsOf(label.set)];
      keep(labelled.flatMap(([id, own]) => (own.some((value) => values.has(value)) ? [id] : [])));
    }
    return chosen;
  }

  async function train({ name, tracks, parameters }: TrainRequest): Promise<AutoencoderInfo> {
    let history: AutoencoderEpoch[] = [];
    const report = (change: Partial<AutoencoderProgress>): void => {
      const before = progress ?? { fraction: 0 };
      progress = {
        state: 'running',
        stage: 'reading',
        device: null,
        message: null,
        ...before,
        ...change,
        history,
      };
      events.emit('autoencoder.progressed', progress);
    };
    return one.run(async (signal) => {
      progress = null;
      const chosen = choose(tracks).flatMap((heard) => {
        const path = library.filePathOf(heard.trackId);
        return path ? [{ ...heard, path }] : [];
      });
      const { cropSeconds: seconds } = lengthsOf(chosen, parameters);
      const shape = gridShape(parameters.bands, parameters.columns, seconds);
      const paths = chosen.map(({ path }) => path);
      report({});
      const job = { ...(await reading()), paths, shape, parameters };
      const made = await onBestDevice({
        inference,
        signal,
        stop: () => training.stop(),
        train: (device, isAlive) => {
          history = [];
          return training.call('train', { ...job, device }, (news) => {
            isAlive();
            const { read, epoch } = news;
            if (read !== null) {
              return report({ stage: 'reading', fraction: (READING_PART * read) / paths.length });
            }
            history.push(epoch);
            const fraction = READING_PART + ((1 - READING_PART) * epoch.epoch) / parameters.epochs;
            report({ stage: 'training', fraction, device: news.device });
          });
        },
      });
      const found: RecordingPoints = {
        recordingIds: Int32Array.from(made.readable, (i) => chosen[i].recordingId),
        coordinates: made.points,
        dims: parameters.bottleneck,
      };
      const facts = {
        name: name || 'Trained map',
        parameters,
        seconds,
        columns: shape.columns,
        history: made.history,
        bestEpoch: made.bestEpoch,
        learnedShares: made.learnedShares,
        trainedOn: made.trainedOn,
        varianceShares: varianceShares({ values: made.points, dims: parameters.bottleneck }),
        createdAt: new Date().toISOString(),
      };
      const id = insertAutoencoder(db, facts, made.network, found);
      report({ state: 'done', fraction: 1 });
      announce();
      return existing(id);
    }, report);
  }

  const announce = (): void =>
    events.emit('autoencoder.changed', { ids: allAutoencoders(db).map(({ id }) => id) });

  async function spectrogramAt(id: number, point: number[]): Promise<Uint8Array> {
    check(existing(id), point);
    return pictureBytes(await asking.call('decode', { network: stored(id), point }));
  }

  async function originalOf(id: number, trackId: number): Promise<Uint8Array> {
    const path = library.filePathOf(trackId);
    if (!path) throw new AppError('file-missing', 'The file is not there at the moment.');
    const question = { ...(await reading()), network: stored(id), path };
    return pictureBytes(await asking.call('read', question));
  }

  return {
    events,
    train,
    spectrogramAt,
    spectrogramOf: (id, trackId, what) =>
      what === 'original'
        ? originalOf(id, trackId)
        : spectrogramAt(id, points.positionOf(existing(id), trackId)),
    soundAt: (id, point) => {
      check(existing(id), point);
      return asking.call('sound', { network: stored(id), point });
    },
    close: () => {
      training.stop();
      asking.stop();
    },
    calls: {
      'autoencoder.list': () => allAutoencoders(db),
      'autoencoder.measureLengths': ({ tracks, parameters }) =>
        lengthsOf(choose(tracks), parameters),
      'autoencoder.train': train,
      'autoencoder.cancel': () => one.cancel(),
      'autoencoder.getProgress': () => (one.isRunning ? progress : null),
      'autoencoder.remove': ({ id }) => {
        deleteAutoencoder(db, existing(id).id);
        announce();
      },
      'autoencoder.listPoints': ({ id, set }) => points.list(existing(id), set),
      'autoencoder.showOnMap': ({ id }) => {
        const { recordingIds, coordinates, dims } = pointsOf(db, existing(id));
        return projection.adopt('autoencoder', dims, { recordingIds, coordinates });
      },
      'autoencoder.rankPairs': ({ id, words, pairs }) =>
        points.rankPairs(existing(id), words, pairs),
      'autoencoder.samplePoint': ({ id, label, seed }) => points.sample(existing(id), label, seed),
    },
  };
}

function lengthsOf(
  heard: readonly { durationSeconds: number }[],
  { quantile, longest }: AutoencoderParameters,
): TrackLengths {
  const sorted = heard.map(({ durationSeconds }) => durationSeconds).toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(quantile * sorted.length) - 1);
  const step = Math.max(1, sorted.length / MOST_LENGTHS);
  const kept = Array.from({ length: Math.min(sorted.length, MOST_LENGTHS) }, (_, i) => {
    return sorted[Math.floor(i * step)];
  });
  // Less than a tenth of a second is hardly a sound.
  const cropSeconds = Math.min(longest, Math.max(0.1, sorted[at] ?? 0.1));
  return { trackCount: sorted.length, seconds: kept, cropSeconds };
}

function check({ parameters }: AutoencoderInfo, point: readonly number[]): void {
  if (point.length !== parameters.bottleneck) {
    throw new AppError(
      'bad-input',
      `A point of this map has ${parameters.bottleneck} coordinates.`,
    );
  }
}

function pictureBytes({ bands, columns, values }: Picture): Uint8Array {
  const bytes = new Uint8Array(8 + values.length);
  new Uint32Array(bytes.buffer, 0, 2).set([bands, columns]);
  bytes.set(values, 8);
  return bytes;
}
