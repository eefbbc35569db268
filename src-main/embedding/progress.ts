import type { ReadableDb } from '../database/room.ts';
import { FEATURES_MODEL } from '../features/room.ts';
import type { ModelProgress } from './contract.ts';
import { countHeard, countMissing } from './missing-table.ts';
import type { MissingCounts } from './missing-table.ts';
import { speedOf } from './model-table.ts';
import { countSegmentVectors } from './segment-table.ts';
import type { ModelVersion } from './vector-table.ts';
import { countVectors, storedVersion } from './vector-table.ts';

const USUAL_TRACK_SECONDS = 240;
/** Of vectors over time, per second of music, until some are there to tell. */
const USUAL_STRETCHES_PER_SECOND = 0.1;

/** What is known of a model beside the database. */
export interface KnownModel {
  id: string;
  name: string;
  dims: number;
  /** Null where its files are not here. */
  version: string | null;
  state: ModelProgress['state'];
  /** Seconds of music per second, just now. */
  speed: number | null;
  device: string | null;
  notice: string | null;
  keepsSegments: boolean;
  /** What a model misses that has heard nothing: counted once for all of them, because it reads every recording. */
  everything(): MissingCounts;
}

export function progressOf(db: ReadableDb, known: KnownModel): ModelProgress {
  const { id, name, dims, state, notice } = known;
  // Without its files a model keeps what it has heard.
  const version = known.version ?? storedVersion(db, id) ?? '';
  const model = { model: id, version };
  const heard = countHeard(db, model);
  const isUntouched = heard.done + heard.failed === 0;
  const missing = isUntouched ? known.everything() : countMissing(db, model);
  const before = speedOf(db, id);
  const speed = known.speed ?? before?.secondsPerSecond ?? null;
  const trackSeconds = missing.tracks > 0 ? missing.seconds / missing.tracks : USUAL_TRACK_SECONDS;
  return {
    id,
    name,
    installed: known.version !== null,
    state,
    missing: missing.tracks,
    ...heard,
    bytes: bytesOf(db, model, dims),
    tracksPerMinute: speed === null ? null : (60 * speed) / Math.max(1, trackSeconds),
    forecastSeconds: speed === null ? null : missing.seconds / speed,
    forecastBytes: forecastBytes(known, missing),
    device: known.device ?? before?.device ?? null,
    notice,
  };
}

function bytesOf(db: ReadableDb, model: ModelVersion, dims: number): number {
  return 4 * dims * countVectors(db, model) + (2 * dims + 4) * countSegmentVectors(db, model);
}

function forecastBytes({ dims, keepsSegments }: KnownModel, missing: MissingCounts): number {
  const stretches = keepsSegments ? USUAL_STRETCHES_PER_SECOND * missing.seconds : 0;
  return Math.round(4 * dims * missing.tracks + (2 * dims + 4) * stretches);
}

/** The hand-crafted values, which every track gets when it is first heard. */
export function featuresProgress(db: ReadableDb): ModelProgress {
  const { id, dims } = FEATURES_MODEL;
  const model = { model: id, version: storedVersion(db, id) ?? '' };
  const countOf = (...states: string[]): number =>
    db
      .prepare('SELECT count(*) FROM tracks WHERE status IN (SELECT value FROM json_each(?))')
      .pluck()
      .get(JSON.stringify(states)) as number;
  const missing = countOf('waiting');
  return {
    id,
    name: 'Hand-crafted features',
    installed: true,
    state: 'idle',
    missing,
    done: countOf('analysed', 'partial'), // What has not the newest values waits.
    failed: 0,
    bytes: bytesOf(db, model, dims),
    tracksPerMinute: null,
    forecastSeconds: null,
    forecastBytes: 4 * dims * missing,
    device: 'cpu',
    notice: null,
  };
}
