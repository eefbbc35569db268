import type { HeardPassage } from '../../src-main/journey/contract.ts';

/** Where a second of the track lies in what was heard of it, 0 to 1; in a gap, where the next passage begins. */
export function shareAt(seconds: number, passages: readonly HeardPassage[]): number {
  const heard = passages.reduce((sum, passage) => sum + passage.seconds, 0);
  let before = 0;
  for (const passage of passages) {
    if (seconds < passage.startSeconds + passage.seconds) {
      return Math.max(0, before + Math.max(0, seconds - passage.startSeconds)) / (heard || 1);
    }
    before += passage.seconds;
  }
  return 1;
}

/** The second of the track at a share of what was heard of it. */
export function secondsAt(share: number, passages: readonly HeardPassage[]): number {
  const heard = passages.reduce((sum, passage) => sum + passage.seconds, 0);
  let rest = share * heard;
  for (const { startSeconds, seconds } of passages) {
    if (rest < seconds) return startSeconds + rest;
    rest -= seconds;
  }
  const last = passages.at(-1);
  return last ? last.startSeconds + last.seconds : 0;
}
