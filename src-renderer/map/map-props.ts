import type { Grouping } from '../../src-main/drawing/map/groups.ts';
import type { Camera } from './camera.svelte.ts';
import type { MapData } from './map-data.svelte.ts';
import type { MapSelection } from './map-selection.svelte.ts';
import type { Orbit } from './orbit.svelte.ts';
import type { MapTool } from './tools.ts';

/** What is seen of a map, flat or in space. */
export type Seen = Camera | Orbit;

/** What a map that can be worked with is given, flat or in space. */
export interface MapProps {
  data: MapData;
  grouping: Grouping;
  isDark: boolean;
  tool: MapTool;
  chosen: MapSelection;
  /** Id of the region that is shown in detail. */
  openRegion: number | null;
  /** Whether the track under the pointer is heard. */
  isListening: boolean;
  /** The track under the pointer, here or on a map beside this one. */
  hoveredId: number | null;
  onregion: (id: number) => void;
}
