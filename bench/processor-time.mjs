import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Processor seconds of all ended children of this process and theirs, as the kernel counts. Linux only. */
export function childSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** Processor seconds of a running process, all threads together. Linux only. */
export function secondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
