import { MapSelection } from '../map/map-selection.svelte.ts';

/** What the user looks at; list, map and panels share it. */
export class Selection {
  /** The page shown: `map` or one of `PAGES`. */
  page = $state('map');
  /** By which model the map and the panels hear the library. */
  model = $state('features');
  /** The one track that is shown in detail. */
  focusedId = $state<number | null>(null);
  /** Tracks chosen on the map or in the list, which are worked with together. */
  readonly chosen = new MapSelection();
  /** Tracks that the search found; null without a search. */
  hits = $state.raw<number[] | null>(null);
  /** Tracks whose neighbours are shown. */
  similarSeeds = $state.raw<number[] | null>(null);
  /** The neighbours shown, for the map to mark. */
  neighbourIds = $state.raw<number[]>([]);
  /** A track that a list points at, for the map to ring. */
  pointedId = $state<number | null>(null);
  compare = $state.raw<[number, number] | null>(null);
  /** The model by which sounds are searched by words; null while that is closed. */
  describing = $state<string | null>(null);
  /** The menu that is wanted, of which tracks and where in the window. */
  menu = $state.raw<{ ids: number[]; x: number; y: number } | null>(null);
  /** What is asked about tracks in a dialog. */
  dialog = $state.raw<{ about: 'labels' | 'playlist'; ids: number[] } | null>(null);
  /** The track to which the map should find a way from the playing one. */
  pathTo = $state<number | null>(null);
  /** Counts up whenever the map should fly to the focused track. */
  flights = $state(0);

  focus(id: number): void {
    this.focusedId = id;
  }

  /** Shows a track where the user is: on the map its place too, on a page beside it. */
  choose(id: number): void {
    if (this.page === 'map') this.flyTo(id);
    else this.focus(id);
  }

  flyTo(id: number): void {
    this.page = 'map';
    this.focusedId = id;
    this.flights++;
  }

  showSimilar(ids: number[]): void {
    this.similarSeeds = ids;
    this.compare = null;
  }
}
