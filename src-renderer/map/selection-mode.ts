export type SelectionMode = 'replace' | 'add' | 'remove';

/** In the order of choice, each once. */
export function combine(now: number[], chosen: number[], mode: SelectionMode): number[] {
  if (mode === 'replace') return chosen;
  const set = new Set(chosen);
  return mode === 'remove' ? now.filter((id) => !set.has(id)) : [...new Set([...now, ...chosen])];
}

/** As everywhere: Ctrl or Cmd adds, Alt removes. */
export function modeOf(event: MouseEvent): SelectionMode {
  if (event.altKey) return 'remove';
  return event.ctrlKey || event.metaKey ? 'add' : 'replace';
}
