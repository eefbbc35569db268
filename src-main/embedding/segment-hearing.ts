import type { SampleSinks } from '../audio/room.ts';
import { SegmentMaker } from './front-end/segments.ts';
import type { Segment, SegmentPlan } from './front-end/segments.ts';

/** What one model wants of a track. */
export interface ModelPlan extends SegmentPlan {
  model: string;
}

type Rate = SegmentPlan['frontEnd']['sampleRate'];
type OnSegment = (model: string, segment: Segment) => void;

/**
 * Cuts one track into the segments of several models while its samples stream by. Passages of a long track are
 * heard one by one, so that no segment reaches from one into another.
 */
export class SegmentHearing {
  readonly #plans: readonly ModelPlan[];
  readonly #onSegment: OnSegment;
  #makers: { rate: Rate; maker: SegmentMaker; hasHeard: boolean }[] = [];

  constructor(plans: readonly ModelPlan[], onSegment: OnSegment) {
    this.#plans = plans;
    this.#onSegment = onSegment;
  }

  /** What the decode must give. */
  sinks(): Omit<SampleSinks, 'hold'> {
    const sinks: SampleSinks = { onPassage: (startSeconds) => this.#begin(startSeconds) };
    const wants = (rate: Rate): boolean =>
      this.#plans.some(({ frontEnd }) => frontEnd.sampleRate === rate);
    if (wants(16000)) sinks.onMono16000 = (samples) => this.#push(16000, samples);
    if (wants(22050)) sinks.onMono22050 = (samples) => this.#push(22050, samples);
    if (wants(48000)) sinks.onMono48000 = (samples) => this.#push(48000, samples);
    return sinks;
  }

  /** The track has ended; gives the last segments. */
  finish(): void {
    for (const { maker, hasHeard } of this.#makers) if (hasHeard) maker.finish();
    this.#makers = [];
  }

  #begin(startSeconds: number): void {
    this.finish();
    this.#makers = this.#plans.map((plan) => ({
      rate: plan.frontEnd.sampleRate,
      hasHeard: false,
      maker: new SegmentMaker(plan, (segment) =>
        this.#onSegment(plan.model, {
          ...segment,
          startSeconds: startSeconds + segment.startSeconds,
        }),
      ),
    }));
  }

  #push(rate: Rate, samples: Float32Array): void {
    for (const heard of this.#makers) {
      if (heard.rate !== rate) continue;
      heard.hasHeard ||= samples.length > 0;
      heard.maker.push(samples);
    }
  }
}
