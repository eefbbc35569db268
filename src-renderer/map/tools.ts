/** What dragging on the map does. */
export type MapTool = 'move' | 'lasso' | 'box' | 'path';

export const MAP_TOOLS: { tool: MapTool; label: string; hint: string }[] = [
  { tool: 'move', label: 'Move', hint: 'Drag to move the map' },
  {
    tool: 'lasso',
    label: 'Lasso',
    hint: 'Draw around dots to select them (or hold Shift); Ctrl adds, Alt removes',
  },
  { tool: 'box', label: 'Box', hint: 'Drag a box around dots; Ctrl adds, Alt removes' },
  { tool: 'path', label: 'Path', hint: 'Draw a line and hear the tracks along it' },
];
