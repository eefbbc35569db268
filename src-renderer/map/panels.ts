/** What lies open at the left of the map; a selection shows itself where nothing else does. */
export type MapPanel = 'none' | 'places' | 'maps';
