import { join } from 'node:path';
import type { FfmpegSearch } from '../audio/room.ts';
import { AppError } from '../base/errors.ts';
import type { Host } from '../base/host.ts';
import type { WritableDb } from '../database/room.ts';
import { storedVersion } from '../embedding/room.ts';
import { recordingsOfTracks } from '../library/room.ts';
import type { Inference } from '../inference/room.ts';
import type { Labels } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { MFCC_MODEL } from './contract.ts';
import type { Classifier, TrainRequest } from './contract.ts';
import { knownItems } from './item-table.ts';
import type { KnownItem } from './item-table.ts';
import { prepareLesson } from './prepare-lesson.ts';
import type { PreparedLesson } from './prepare-lesson.ts';
import type { ExampleSource, Item, TrainJob } from './worker-table.ts';

export interface ClassifiersDeps {
  db: WritableDb;
  databasePath: string;
  host: Host;
  labels: Labels;
  inference: Pick<Inference, 'providers'>;
  ffmpeg(): Promise<FfmpegSearch>;
  filePathOf(trackId: number): Buffer | null;
  /** Rows of the library's list, in the order of the ids. */
  trackRows(ids: number[]): TrackRow[];
}

/** Nothing is learned from what was itself foretold. */
const TRUSTED = ['hand', 'csv', 'folder', 'tags'] as const;

/**
 * What each recording is called by the question that is asked: its value, yes or no, or all of its values. One
 * with other labels only is a no, as is one said by hand to carry none; one without labels has not been asked.
 */
function answersTo(
  only: string | null,
  isSeveral: boolean,
  valuesOf: ReadonlyMap<number, string[]>,
): Map<number, string[]> {
  const answers = new Map<number, string[]>();
  for (const [id, values] of valuesOf) {
    if (only !== null) answers.set(id, [values.includes(only) ? only : `not ${only}`]);
    else if (isSeveral) answers.set(id, values);
    else if (values.length > 0) answers.set(id, values.slice(0, 1));
  }
  return answers;
}

/** The library as a classifier meets it: what was heard, by which model, and what it is labelled. */
export type KnownLibrary = ReturnType<typeof openKnownLibrary>;

export function openKnownLibrary({
  db,
  databasePath,
  host,
  labels,
  ffmpeg,
  filePathOf,
}: ClassifiersDeps) {
  function versionOf(model: string): string {
    if (model === MFCC_MODEL) return '1';
    const version = storedVersion(db, model);
    if (version !== null) return version;
    throw new AppError('unavailable', `No track has been heard by the model ${model} yet.`);
  }

  const itemsHeardBy = (model: string, version: string): KnownItem[] =>
    knownItems(db, model === MFCC_MODEL ? null : { model, version });

  async function sourceOf(
    { model, settings }: TrainRequest,
    version: string,
  ): Promise<ExampleSource> {
    if (model !== MFCC_MODEL) {
      return { kind: 'vectors', databasePath, model: { model, version } };
    }
    const { ffmpeg: found, message } = await ffmpeg();
    if (!found) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
    const { clipSeconds: seconds, mostClips } = settings.network;
    const wasm = join(host.paths.resources, 'wasm', 'ingest.wasm');
    return { kind: 'clips', ffmpeg: found, wasm, seconds, mostClips };
  }

  const toItem = ({ recordingId, trackId, durationSeconds }: KnownItem): Item => ({
    recordingId,
    path: filePathOf(trackId),
    durationSeconds,
  });

  /** Of the surest source that is not a model; nothing where somebody said that it carries none. */
  function valuesByRecording(
    set: string,
    sources: readonly ('hand' | 'csv' | 'folder' | 'tags')[],
  ): Map<number, string[]> {
    const recordingOf = recordingsOfTracks(db);
    const result = new Map<number, string[]>();
    for (const [trackId, values] of labels.labelsOf(set, sources)) {
      const recordingId = recordingOf.get(trackId);
      if (recordingId !== undefined && !result.has(recordingId)) result.set(recordingId, values);
    }
    for (const trackId of labels.deniedIn(set, sources)) {
      const recordingId = recordingOf.get(trackId);
      if (recordingId !== undefined) result.set(recordingId, []);
    }
    return result;
  }

  const labelsByRecording = (
    { set, settings: { only }, report }: Pick<Classifier, 'set' | 'settings' | 'report'>,
    sources: readonly ('hand' | 'csv' | 'folder' | 'tags')[] = TRUSTED,
  ): Map<number, string[]> =>
    answersTo(only, report.kind === 'several', valuesByRecording(set, sources));

  function prepare(request: TrainRequest): PreparedLesson {
    const { set, settings, model } = request;
    const heard = itemsHeardBy(model, versionOf(model));
    const isSeveral = settings.only === null && labels.setNamed(set).isMultiple;
    const answers = answersTo(settings.only, isSeveral, valuesByRecording(set, TRUSTED));
    return prepareLesson(answers, heard, isSeveral, request);
  }

  /** A job for the processor, until it is given another device. */
  async function jobOf(request: TrainRequest, lesson: PreparedLesson): Promise<TrainJob> {
    const { classNames, answers, isSeveral, groups, grouping, cautions, folds } = lesson;
    return {
      source: await sourceOf(request, versionOf(request.model)),
      items: lesson.items.map(toItem),
      answers,
      isSeveral,
      groups,
      classNames,
      grouping,
      cautions,
      algorithm: request.algorithm,
      settings: { ...request.settings, folds },
      device: { provider: 'cpu', why: null },
    };
  }

  return {
    versionOf,
    itemsHeardBy,
    sourceOf,
    toItem,
    labelsByRecording,
    prepare,
    jobOf,
  };
}
