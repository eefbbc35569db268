import type { ReadableDb } from '../database/room.ts';
import { FEATURES_MODEL } from '../features/room.ts';
import type { InstalledModel } from '../models/room.ts';
import type { ModelProgress } from './contract.ts';
import { countEverything } from './missing-table.ts';
import type { MissingCounts } from './missing-table.ts';
import { wantedModels } from './model-table.ts';
import { featuresProgress, progressOf } from './progress.ts';
import type { RunningModels } from './running-models.ts';
import type { Trials } from './trials.ts';
import { storedModels } from './vector-table.ts';

export interface Overview {
  describe(id: string): ModelProgress;
  /** The features, the catalogue, and models that are gone but have left vectors. */
  list(): ModelProgress[];
}

/** What every model has heard and is about, from the database and from what runs now. */
export function createOverview({
  db,
  models,
  running,
  trials,
  notices,
  keepsSegments,
}: {
  db: ReadableDb;
  models: {
    catalogue(): { id: string; name: string; dims: number }[];
    installed(id: string): InstalledModel | null;
  };
  running: Pick<RunningModels, 'get'>;
  trials: Pick<Trials, 'has'>;
  /** Why a model does not go on. */
  notices: ReadonlyMap<string, string>;
  keepsSegments(): boolean;
}): Overview {
  const all = (): MissingCounts => countEverything(db);

  function describe(id: string, name = id, dims = 0, everything = all): ModelProgress {
    const installed = models.installed(id);
    const active = running.get(id);
    const isWanted = wantedModels(db).includes(id) || trials.has(id);
    return progressOf(db, {
      id,
      name,
      dims: installed?.manifest.embedding.dims ?? dims,
      version: installed?.version ?? null,
      state: (active?.open ?? 0) > 0 ? 'running' : isWanted ? 'waiting' : 'idle',
      speed: active?.speed.at(Date.now()) ?? null,
      device: active?.session.provider ?? null,
      notice: notices.get(id) ?? null,
      keepsSegments: keepsSegments(),
      everything,
    });
  }

  function list(): ModelProgress[] {
    const catalogue = models.catalogue();
    const known = new Set([FEATURES_MODEL.id, ...catalogue.map(({ id }) => id)]);
    let counted: MissingCounts | null = null;
    const everything = (): MissingCounts => (counted ??= all());
    const others = storedModels(db).filter((id) => !known.has(id));
    return [
      featuresProgress(db),
      ...catalogue.map(({ id, name, dims }) => describe(id, name, dims, everything)),
      ...others.map((id) => describe(id)),
    ];
  }

  return { describe: (id) => describe(id), list };
}
