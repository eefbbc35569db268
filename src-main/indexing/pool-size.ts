import { availableParallelism, totalmem } from 'node:os';
import type { Settings } from '../settings/contract.ts';

/** What one analysis process may need with a track of twenty minutes, ffmpeg included. */
const BYTES_PER_PROCESS = 500 * 1024 * 1024;

/** How many analysis processes may work at once. */
export function poolSize(
  { analysisMode, maxProcesses, pauseWhilePlaying }: Settings,
  isPlaying: boolean,
  machine = { cores: availableParallelism(), memory: totalmem() },
): number {
  if (isPlaying && pauseWhilePlaying) return 0;
  const share = { performance: 1, balanced: 0.5, quiet: 0 }[analysisMode];
  const byMode = Math.max(1, Math.ceil(machine.cores * share));
  const byMemory = Math.max(1, Math.floor(machine.memory / 2 / BYTES_PER_PROCESS));
  const limit = Math.min(byMode, byMemory, maxProcesses ?? Infinity);
  return isPlaying ? Math.max(1, limit - 1) : limit;
}

/** Lower than everybody's, so that the machine stays pleasant. */
export const priorityOf = ({ analysisMode }: Settings): number =>
  ({ performance: 0, balanced: 5, quiet: 15 })[analysisMode];
