/** What a key does wherever no field or list has a use of its own for it. */
export type Command =
  | 'toggle'
  | 'next'
  | 'previous'
  | 'forward'
  | 'backward'
  | 'search'
  | 'similar'
  | 'settings'
  | 'help'
  | 'close';

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const WITH_CONTROL: Record<string, Command> = {
  arrowright: 'next',
  arrowleft: 'previous',
  k: 'search',
  ',': 'settings',
};
const ALONE: Record<string, Command> = {
  ' ': 'toggle',
  arrowright: 'forward',
  arrowleft: 'backward',
  '/': 'search',
  s: 'similar',
  n: 'next',
  p: 'previous',
  '?': 'help',
  escape: 'close',
};

/**
 * The command of a key. While text is typed only Escape and Control with K or a comma are taken,
 * for Control with an arrow moves by words there.
 */
export function commandOf(press: KeyPress, isTyping: boolean): Command | null {
  if (press.altKey) return null;
  const hasControl = press.ctrlKey || press.metaKey;
  const command = (hasControl ? WITH_CONTROL : ALONE)[press.key.toLowerCase()] ?? null;
  if (!isTyping || command === 'close') return command;
  return hasControl && (command === 'search' || command === 'settings') ? command : null;
}

/** For showing, in the order of how often they are wanted. */
export const SHORTCUTS: [keys: string, what: string][] = [
  ['Space', 'Play or pause'],
  ['Ctrl + → ←, or N, P', 'Next, previous'],
  ['→ ←', '5 seconds forward, back'],
  ['/ or Ctrl + K', 'Search'],
  ['S', 'Similar to the focused track'],
  ['↑ ↓ Home End in the list', 'Go through the tracks'],
  ['Enter in the list', 'Play from there'],
  ['Shift or Ctrl + click, Ctrl + A in the list', 'Choose several tracks'],
  ['Arrows on the map', 'To the nearest dot in that direction'],
  ['Enter on the map', 'Play the focused dot'],
  ['+ − 0 on the map', 'Zoom, show all'],
  ['Alt + ↑ ↓, Delete in the queue', 'Move or remove a track'],
  ['Ctrl + ,', 'Settings'],
  ['?', 'These keys'],
  ['Escape', 'Close what is open'],
];
