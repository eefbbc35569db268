import type { AppError } from '../base/errors.ts';
import type { InstalledModel } from '../models/room.ts';
import { BatchSize } from './batch-size.ts';
import { ModelRun } from './model-run.ts';
import type { EmbeddingSession } from './open-embedding.ts';
import { Speed } from './speed.ts';
import type { ModelVersion } from './vector-table.ts';

/** A model that is loaded and hears tracks. */
export class ActiveModel {
  readonly model: InstalledModel;
  readonly session: EmbeddingSession;
  readonly batchSize: BatchSize;
  readonly run: ModelRun;
  readonly speed = new Speed();
  /** Tracks on their way through it. */
  open = 0;
  /** Tracks that it may still take; null: all. */
  quota: number | null = null;

  constructor(
    model: InstalledModel,
    session: EmbeddingSession,
    { batch, onHalt }: { batch: number | null; onHalt: (why: AppError) => void },
  ) {
    this.model = model;
    this.session = session;
    const { manifest } = model;
    this.batchSize = new BatchSize(4 * manifest.segment.frames * manifest.frontEnd.bands, batch);
    this.run = new ModelRun({
      manifest,
      session,
      output: session.output,
      batchSize: this.batchSize,
      onHalt,
    });
  }

  get version(): ModelVersion {
    return { model: this.model.manifest.id, version: this.model.version };
  }
}
