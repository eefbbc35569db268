import type { ReadableDb, WritableDb } from '../database/room.ts';

/** How fast a model was on a device. */
export interface ModelSpeed {
  device: string;
  /** Of music, per second of wall time. */
  secondsPerSecond: number;
  /** Segments at once, as found by trial; null before that. */
  batch: number | null;
}

/** Ids of the models that shall hear the library. */
export function wantedModels(db: ReadableDb): string[] {
  return db
    .prepare('SELECT model FROM embedding_models WHERE wanted = 1 ORDER BY model')
    .pluck()
    .all() as string[];
}

export function setWanted(db: WritableDb, model: string, isWanted: boolean): void {
  db.prepare(
    `INSERT INTO embedding_models (model, wanted) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET wanted = excluded.wanted`,
  ).run(model, Number(isWanted));
}

export function speedOf(db: ReadableDb, model: string): ModelSpeed | null {
  const row = db
    .prepare(
      `SELECT device, seconds_per_second AS secondsPerSecond, batch FROM embedding_models
       WHERE model = ? AND device IS NOT NULL AND seconds_per_second IS NOT NULL`,
    )
    .get(model) as ModelSpeed | undefined;
  return row ?? null;
}

export function saveSpeed(db: WritableDb, model: string, speed: ModelSpeed): void {
  db.prepare(
    `INSERT INTO embedding_models (model, device, seconds_per_second, batch)
     VALUES (@model, @device, @secondsPerSecond, @batch)
     ON CONFLICT DO UPDATE SET device = excluded.device,
       seconds_per_second = excluded.seconds_per_second, batch = excluded.batch`,
  ).run({ model, ...speed });
}
