import type { SampleSinks } from '../audio/room.ts';
import { AppError } from '../base/errors.ts';
import type { ActiveModel } from './active-model.ts';
import { Backpressure } from './backpressure.ts';
import { Listening } from './listening.ts';
import { SegmentHearing } from './segment-hearing.ts';
import type { PooledTrack } from './track-pool.ts';

/** Hears one track by one model in this process. @throws AppError why it could not */
export async function hearTrack(
  active: ActiveModel,
  decode: (sinks: SampleSinks) => Promise<unknown>,
): Promise<PooledTrack> {
  const listening = new Listening([active]);
  const waiting = new Backpressure();
  const segments = new SegmentHearing(listening.plans, (model, segment) => {
    const bytes = segment.values.byteLength;
    waiting.add(bytes);
    void listening.take(model, segment).then(() => waiting.remove(bytes));
  });
  await decode({ ...segments.sinks(), hold: () => waiting.hold() });
  segments.finish();
  const [heard] = await listening.end();
  if ('pooled' in heard) return heard.pooled;
  throw new AppError(heard.code, heard.message);
}
