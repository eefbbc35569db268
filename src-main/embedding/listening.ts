import { AppError, toPlainError } from '../base/errors.ts';
import type { ActiveModel } from './active-model.ts';
import type { Segment } from './front-end/segments.ts';
import type { ModelPlan } from './segment-hearing.ts';
import { TrackHearing } from './track-hearing.ts';
import type { PooledTrack } from './track-pool.ts';

/** What became of one track in one model. */
export type Heard =
  | { active: ActiveModel; pooled: PooledTrack }
  | { active: ActiveModel; code: ReturnType<typeof toPlainError>['code']; message: string };

/** One track on its way through every model that misses it. */
export class Listening {
  readonly plans: readonly ModelPlan[];
  readonly #tracks: ReadonlyMap<string, { active: ActiveModel; hearing: TrackHearing }>;

  constructor(models: readonly ActiveModel[]) {
    this.plans = models.map(({ model: { manifest } }) => ({
      model: manifest.id,
      frontEnd: manifest.frontEnd,
      segment: manifest.segment,
    }));
    this.#tracks = new Map(
      models.map((active) => [
        active.version.model,
        { active, hearing: new TrackHearing(active.model.manifest.embedding.dims) },
      ]),
    );
  }

  /** Settles when the segment is on its way to the device. */
  take(model: string, segment: Segment): Promise<void> {
    const { active, hearing } = this.#tracks.get(model)!;
    return active.run.add(hearing, segment);
  }

  /** What is on its way need not be run. */
  giveUp(): void {
    const why = new AppError('cancelled', 'The track was given up.');
    for (const { hearing } of this.#tracks.values()) hearing.fail(why);
  }

  /** No more segments will come; waits for those on their way. */
  end(): Promise<Heard[]> {
    return Promise.all(
      [...this.#tracks.values()].map(async ({ active, hearing }): Promise<Heard> => {
        try {
          const pooled = await hearing.end();
          if (pooled) return { active, pooled };
          const message = `The track is too short for ${active.model.manifest.name}.`;
          return { active, code: 'too-short', message };
        } catch (thrown) {
          return { active, ...toPlainError(thrown) };
        }
      }),
    );
  }
}
