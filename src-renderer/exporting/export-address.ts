import type { ColumnName } from '../../src-main/projection/contract.ts';
import type { Extent } from '../../src-main/drawing/map/camera.ts';

/** What of a map is exported, and how it is drawn. */
export interface MapExport {
  mapId: number;
  colour: ColumnName;
  theme: 'light' | 'dark';
  width: number;
  height: number;
  /** Null: all of the map. */
  view: Extent | null;
  /** Groups of the legend that are drawn grey. */
  hidden: readonly number[];
}

/** The address of an export below that of bytes. */
export function exportAddress(name: string, asked: MapExport): string {
  const { mapId, colour, theme, width, height, view, hidden } = asked;
  const words = new URLSearchParams({
    map: String(mapId),
    colour,
    theme,
    width: String(width),
    height: String(height),
    view: (view ?? []).map((side) => side.toPrecision(8)).join(','),
    hidden: hidden.join(','),
  });
  return `export/${name}?${words}`;
}
