import type { Dims, MapInfo, Region } from '../../src-main/projection/contract.ts';
import type { MapColour } from './map-colours.svelte.ts';
import type { Transport } from '../transport/transport.ts';
import { extentOf } from '../../src-main/drawing/map/camera.ts';
import { decodeColumn, decodePoints, indexOfTrack } from '../../src-main/drawing/map/point-data.ts';
import type { ColumnData, PointData } from '../../src-main/drawing/map/point-data.ts';

/** A map, its points and its columns, as the core has them. */
export class MapData {
  info = $state.raw<MapInfo | null>(null);
  points = $state.raw<PointData | null>(null);
  /** What colours the points. */
  column = $state.raw<ColumnData | null>(null);
  regions = $state.raw<Region[]>([]);
  isLoaded = $state(false);
  /** Points that were placed since the map was drawn. */
  readonly placedCount = $derived(this.points?.placed.reduce((sum, one) => sum + one, 0) ?? 0);
  /** The square that holds all points of a map in 2-D. */
  readonly extent = $derived(extentOf(this.points?.coordinates ?? new Float32Array()));
  readonly #transport: Transport;
  #generation = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Reads the map in force. */
  async load(kind: { dims: Dims; model: string }, colourBy: MapColour): Promise<void> {
    const generation = ++this.#generation;
    const info = await this.#transport.call('projection.getMap', kind);
    if (generation !== this.#generation) return;
    if (info) return this.show(info, colourBy);
    this.info = null;
    this.points = null;
    this.regions = [];
    this.isLoaded = true;
  }

  async show(info: MapInfo, colourBy: MapColour): Promise<void> {
    const generation = ++this.#generation;
    const [points, column, regions] = await Promise.all([
      this.#bytes(`points/${info.id}?v=${info.version}`).then(decodePoints),
      this.#column(info, colourBy),
      this.#transport.call('projection.getRegions', { mapId: info.id }),
    ]);
    if (generation !== this.#generation) return;
    this.column = column;
    this.regions = regions;
    this.points = points;
    this.info = info;
    this.isLoaded = true;
  }

  /** Further values of the points, in their order. */
  async columnOf(name: MapColour): Promise<ColumnData> {
    const { info } = this;
    if (!info) throw new Error('There is no map.');
    return this.#column(info, name);
  }

  /** Place of a track among the points; -1 where it is not on the map. */
  indexOf(trackId: number | null | undefined): number {
    return trackId == null || !this.points ? -1 : indexOfTrack(this.points, trackId);
  }

  async #column({ id, version }: MapInfo, name: MapColour): Promise<ColumnData> {
    return decodeColumn(await this.#bytes(`columns/${id}/${name}?v=${version}`));
  }

  async #bytes(path: string): Promise<ArrayBuffer> {
    const response = await fetch(this.#transport.bytesUrl(path));
    if (!response.ok) throw new Error(`The map could not be read (${response.status}).`);
    return response.arrayBuffer();
  }
}
