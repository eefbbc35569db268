import { availableParallelism, totalmem } from 'node:os';
import type { Settings } from '../settings/contract.ts';

const MEGABYTE = 1024 * 1024;
/** What all processes of the analysis may hold together unless the user says how many there are. */
const MEMORY_BUDGET = 1250 * MEGABYTE;
/** Longer tracks are heard in passages of together this length. */
const MOST_SECONDS = 1200;
const USUAL_SECONDS = 240;

const MACHINE = { cores: availableParallelism(), memory: totalmem() };

/** How many analysis processes may work at once. */
export function poolSize(settings: Settings, isPlaying: boolean, machine = MACHINE): number {
  const { analysisMode, maxProcesses, pauseWhilePlaying } = settings;
  if (isPlaying && pauseWhilePlaying) return 0;
  const share = { performance: 1, balanced: 0.5, quiet: 0 }[analysisMode];
  const byMode = Math.max(1, Math.ceil(machine.cores * share));
  const byMemory = Math.floor(memoryBudget(settings, machine) / memoryOf(USUAL_SECONDS));
  const limit = Math.min(byMode, Math.max(1, byMemory), maxProcesses ?? Infinity);
  return isPlaying ? Math.max(1, limit - 1) : limit;
}

/** Bytes. Long tracks take their turn where several at once would go beyond. */
export function memoryBudget({ maxProcesses }: Settings, machine = MACHINE): number {
  const half = machine.memory / 2;
  return maxProcesses === null ? Math.min(MEMORY_BUDGET, half) : half;
}

/** Bytes that a process and its ffmpeg hold for a track, as measured; a track of unknown length may be long. */
export function memoryOf(seconds: number | null): number {
  const minutes = Math.min(seconds ?? MOST_SECONDS, MOST_SECONDS) / 60;
  return (110 + 15 * minutes) * MEGABYTE;
}

/** Behind everything else. */
const LAST = 19;

/**
 * Lower than everybody's, so that the machine stays pleasant. Where a model computes on the processor, its
 * threads wait for each other: one that decoding holds up holds up the rest, so that decoding takes what is left.
 */
export const priorityOf = ({ analysisMode }: Settings, isBesideModel: boolean): number =>
  isBesideModel ? LAST : { performance: 0, balanced: 5, quiet: 15 }[analysisMode];
