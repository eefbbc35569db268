import type { AppError } from '../base/errors.ts';
import type { WritableDb } from '../database/room.ts';
import type { Inference } from '../inference/room.ts';
import type { InstalledModel } from '../models/room.ts';
import { ActiveModel } from './active-model.ts';
import { saveSpeed, speedOf } from './model-table.ts';
import { openEmbedding } from './open-embedding.ts';

export interface RunningModelsDeps {
  db: WritableDb;
  inference: Pick<Inference, 'open'>;
  /** A model turned out not to work. */
  onHalt(id: string, why: AppError): void;
}

/** The models that are loaded, by their ids. */
export class RunningModels {
  readonly #deps: RunningModelsDeps;
  readonly #active = new Map<string, ActiveModel>();

  constructor(deps: RunningModelsDeps) {
    this.#deps = deps;
  }

  get(id: string): ActiveModel | undefined {
    return this.#active.get(id);
  }

  all(): ActiveModel[] {
    return [...this.#active.values()];
  }

  /** Those that take tracks now. */
  takers(): ActiveModel[] {
    return this.all().filter(({ quota }) => quota !== 0);
  }

  /** Another version of the model is unloaded. @throws AppError as `inference` does */
  async open(model: InstalledModel): Promise<ActiveModel> {
    const { db, inference, onHalt } = this.#deps;
    const { id } = model.manifest;
    const before = this.get(id);
    if (before?.model.version === model.version) return before;
    this.close(id);
    const session = await openEmbedding(inference, model);
    const known = speedOf(db, id);
    const opened = new ActiveModel(model, session, {
      batch: known?.device === session.provider ? known.batch : null,
      onHalt: (why) => onHalt(id, why),
    });
    this.#active.set(id, opened);
    return opened;
  }

  close(id: string): void {
    const model = this.get(id);
    this.#active.delete(id);
    // With tracks on their way it goes when nothing has used its device for a while.
    if (model?.open === 0) void model.session.release().catch(() => {});
  }

  /** Its speed and batch are where the next run begins. */
  rememberSpeed(id: string): void {
    const model = this.get(id);
    const secondsPerSecond = model?.speed.at(Date.now()) ?? null;
    if (!model || secondsPerSecond === null) return;
    const { session, batchSize } = model;
    const batch = batchSize.isSettled ? batchSize.size : null;
    saveSpeed(this.#deps.db, id, { device: session.provider, secondsPerSecond, batch });
  }
}
