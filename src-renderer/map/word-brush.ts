import type { Point } from '../../src-main/drawing/map/camera.ts';
import { placeBoxes } from '../../src-main/drawing/map/place-boxes.ts';
import type { Box } from '../../src-main/drawing/map/place-boxes.ts';
import type { PlacedName } from '../../src-main/drawing/map/region-names.ts';
import { letter, nameFont, shortened } from './lettering.ts';
import type { CloseUpItem, Scene } from './overlay.ts';

const TITLE_FONT = '600 12px system-ui, sans-serif';
const ARTIST_FONT = '11px system-ui, sans-serif';
const PICTURE = 40;
/** Side of the room that a dot in focus has. */
const POINTED_OUT = 24;
const TITLE_WIDTH = 150;

/** Draws names of regions, and pictures and words beside dots. */
export class WordBrush {
  readonly #context: CanvasRenderingContext2D;
  readonly #scene: Scene;

  constructor(context: CanvasRenderingContext2D, scene: Scene) {
    this.#context = context;
    this.#scene = scene;
  }

  /** @returns where they lie */
  closeUps(): Box[] {
    const boxes = this.#scene.closeUp.flatMap((item) => {
      const place = this.#pixel(item.point);
      if (!place) return [];
      const [left, top] = [place.x - PICTURE / 2, place.y - PICTURE / 2];
      return [{ item, left, top, width: 200, height: PICTURE + 6 }];
    });
    const placed = placeBoxes(boxes.map((box) => [box]));
    for (const { item, left, top } of placed) this.#closeUp(item, left, top);
    return placed;
  }

  #closeUp({ image, title, artist, point }: CloseUpItem, left: number, top: number): void {
    const context = this.#context;
    const { groups, groupOf } = this.#scene.grouping;
    const { text, soft } = this.#scene.colours;
    if (image) {
      context.save();
      context.beginPath();
      context.roundRect(left, top, PICTURE, PICTURE, 6);
      context.clip();
      context.drawImage(image, left, top, PICTURE, PICTURE);
      context.restore();
      context.beginPath();
      context.roundRect(left, top, PICTURE, PICTURE, 6);
      context.strokeStyle = groups[groupOf[point]].colour;
      context.lineWidth = 2.5;
      context.stroke();
    }
    const x = left + (image ? PICTURE : PICTURE / 2 + 6) + 8;
    const middle = top + PICTURE / 2;
    this.#writeShort(title, { x, y: artist ? middle - 7 : middle }, TITLE_FONT, text);
    if (artist) this.#writeShort(artist, { x, y: middle + 8 }, ARTIST_FONT, soft);
  }

  names(closeUps: Box[]): PlacedName[] {
    const { layOutNames, covered, strongRegion, colours } = this.#scene;
    const context = this.#context;
    const measure = (text: string, level: number): number => {
      context.font = nameFont(level);
      return context.measureText(text).width;
    };
    const placed = layOutNames({
      taken: [...covered, ...closeUps, ...this.#pointedOut()],
      measure,
    });
    for (const { region, opacity, left, top, width: wide, height: high } of placed) {
      const isStrong = region.id === strongRegion;
      const colour = isStrong ? colours.accent : region.level < 2 ? colours.text : colours.soft;
      const x = left + (wide - measure(region.name, region.level)) / 2;
      context.globalAlpha = isStrong ? 1 : opacity;
      this.#write(region.name, { x, y: top + high / 2 }, nameFont(region.level), colour);
      context.globalAlpha = 1;
    }
    return placed;
  }

  /** Around the dots that a name must not hide. */
  #pointedOut(): Box[] {
    const { focused, playing } = this.#scene.marks;
    return [focused, playing].flatMap((i) => {
      const place = i < 0 ? null : this.#pixel(i);
      if (!place) return [];
      const [left, top] = [place.x - POINTED_OUT / 2, place.y - POINTED_OUT / 2];
      return [{ left, top, width: POINTED_OUT, height: POINTED_OUT }];
    });
  }

  #pixel(i: number): Point | null {
    return this.#scene.sight.pixelOf(i);
  }

  #write(words: string, place: Point, font: string, colour: string): void {
    letter(this.#context, words, place, { font, colour, ground: this.#scene.colours.background });
  }

  #writeShort(words: string, place: Point, font: string, colour: string): void {
    this.#context.font = font;
    this.#write(shortened(this.#context, words, TITLE_WIDTH), place, font, colour);
  }
}
