/** Where the queue goes after the track at `index`; -1 where it ends. */
export function nextIndex(length: number, index: number, repeat: 'off' | 'all' | 'one'): number {
  if (length === 0) return -1;
  if (index + 1 < length) return index + 1;
  return repeat === 'off' ? -1 : 0;
}

/** A random order that begins with the item at `first` (Fisher and Yates). */
export function shuffled<Item>(items: Item[], first: number, random: () => number): Item[] {
  const rest = items.filter((_, i) => i !== first);
  for (let i = rest.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  return first >= 0 && first < items.length ? [items[first], ...rest] : rest;
}

/** The queue in the order it had before it was shuffled; what was added since comes last, what was removed is gone. */
export function unshuffled(queue: number[], before: number[]): number[] {
  const left = new Map<number, number>();
  for (const id of queue) left.set(id, (left.get(id) ?? 0) + 1);
  const take = (id: number): boolean => {
    const count = left.get(id) ?? 0;
    left.set(id, count - 1);
    return count > 0;
  };
  const kept = before.filter(take);
  return [...kept, ...queue.filter(take)];
}

/** The queue without the item at `at`, and where its current item is then. */
export function without(
  queue: number[],
  index: number,
  at: number,
): { queue: number[]; index: number } {
  const rest = queue.filter((_, i) => i !== at);
  const moved = at < index || (at === index && index === rest.length) ? index - 1 : index;
  return { queue: rest, index: moved };
}

/** The queue with an item moved, and where its current item is then. */
export function moved(
  queue: number[],
  index: number,
  from: number,
  to: number,
): { queue: number[]; index: number } {
  const rest = [...queue];
  const [item] = rest.splice(from, 1);
  rest.splice(to, 0, item);
  if (index === from) return { queue: rest, index: to };
  const shifted = index - (from < index ? 1 : 0);
  return { queue: rest, index: shifted + (to <= shifted ? 1 : 0) };
}
