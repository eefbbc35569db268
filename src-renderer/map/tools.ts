import type { ColumnName } from '../../src-main/projection/contract.ts';

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

export const COLUMN_LABELS: Record<ColumnName, string> = {
  genre: 'Genre',
  artist: 'Artist',
  album: 'Album',
  folder: 'Folder',
  year: 'Year',
  tempo: 'Tempo',
  key: 'Key',
  loudness: 'Loudness',
  duration: 'Duration',
  added: 'Added',
  region: 'Region',
  trust: 'Trust',
};
