import { z } from 'zod';
import { call, nothing } from '../base/contract.ts';
import type { ErrorCode } from '../base/errors.ts';

export type StageName = 'analysis';

export interface StageCounts {
  stage: StageName;
  waiting: number;
  active: number;
  done: number;
  failed: number;
}

export interface IndexingStatus {
  state: 'idle' | 'running' | 'paused';
  stages: StageCounts[];
  /** Over the last minute of the run; null before the first track. */
  tracksPerMinute: number | null;
  /** Seconds of music analysed per second of wall time. */
  audioSecondsPerSecond: number | null;
  etaSeconds: number | null;
  /** What the run waits for most. */
  boundBy: 'disk' | 'decode' | 'cpu' | null;
  /** Analysis processes now at work, and the cap in force. */
  processes: { active: number; limit: number };
  /** Titles of the tracks in the works, for showing. */
  current: string[];
  /** Something the user should know, such as a missing ffmpeg or a full disk. */
  notice: { code: ErrorCode; message: string } | null;
}

export interface FailedTrack {
  trackId: number;
  title: string;
  path: string;
  code: ErrorCode;
  message: string;
}

export const indexingCalls = {
  'indexing.getStatus': call<IndexingStatus>()(nothing),
  /** Runs what is missing; does nothing where nothing is. */
  'indexing.start': call<void>()(nothing),
  'indexing.pause': call<void>()(nothing),
  'indexing.resume': call<void>()(nothing),
  /** Ends the run; what is done stays, `start` goes on from there. */
  'indexing.cancel': call<void>()(nothing),
  'indexing.retryFailed': call<{ retried: number }>()(nothing),
  'indexing.listFailures': call<{ total: number; failures: FailedTrack[] }>()(
    z.object({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
};

export interface IndexingEvents {
  'indexing.progressed': IndexingStatus;
  /** Tracks whose analysis was stored since the last such event. */
  'indexing.tracksAnalysed': { trackIds: number[] };
}
