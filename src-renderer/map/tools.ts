import type { IconName } from '../ui/Icon.svelte';

/** What dragging on the map does. */
export type MapTool = 'move' | 'lasso' | 'box' | 'path';

export const MAP_TOOLS: { tool: MapTool; label: string; hint: string; icon: IconName }[] = [
  {
    tool: 'move',
    label: 'Move',
    hint: 'Drag to move the map, or to turn it in 3-D (the middle button moves it)',
    icon: 'hand',
  },
  {
    tool: 'lasso',
    label: 'Lasso',
    hint: 'Draw around dots to select them (or hold Shift); Ctrl adds, Alt removes',
    icon: 'lasso',
  },
  {
    tool: 'box',
    label: 'Box',
    hint: 'Drag a box around dots; Ctrl adds, Alt removes',
    icon: 'box',
  },
  { tool: 'path', label: 'Path', hint: 'Draw a line and hear the tracks along it', icon: 'path' },
];
