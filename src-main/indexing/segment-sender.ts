import { Backpressure, SegmentHearing } from '../embedding/room.ts';
import type { ModelPlan, Segment } from '../embedding/room.ts';
import type { SampleSinks } from '../audio/room.ts';

/**
 * Sends a track's segments to the models while its samples stream by, and holds the decode where they are not
 * taken. Loaded by the analysis process only where a model wants segments: most runs need none of what it imports.
 */
export class SegmentSender {
  readonly #waiting = new Backpressure();
  readonly #hearing: SegmentHearing;

  constructor(
    plans: readonly ModelPlan[],
    send: (news: { model: string; segment: Segment }) => void,
  ) {
    this.#hearing = new SegmentHearing(plans, (model, segment) => {
      this.#waiting.add(segment.values.byteLength);
      send({ model, segment });
    });
  }

  sinks(): SampleSinks {
    return { ...this.#hearing.sinks(), hold: () => this.#waiting.hold() };
  }

  /** So many bytes are on their way to a device. */
  taken(bytes: number): void {
    this.#waiting.remove(bytes);
  }

  finish(): void {
    this.#hearing.finish();
  }
}
