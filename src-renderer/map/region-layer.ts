import type { View } from '../../src-main/drawing/map/camera.ts';
import { visibleExtent } from '../../src-main/drawing/map/camera.ts';
import type { NamedRegion } from '../../src-main/drawing/map/region-names.ts';

export interface RegionColours {
  line: string;
  accent: string;
}

interface Shape {
  named: NamedRegion;
  path: Path2D;
}

/** The soft outlines of the regions, one level over the other as heights on a chart, beneath the dots. */
export class RegionLayer {
  readonly #shapes: Shape[];

  constructor(regions: readonly NamedRegion[]) {
    this.#shapes = regions.map((named) => ({ named, path: roundedPath(named.region.contours) }));
  }

  /**
   * @param size in CSS pixels
   * @param strong id of the region that stands out, or null
   */
  draw(
    context: CanvasRenderingContext2D,
    size: [number, number],
    view: View,
    strong: number | null,
    colours: RegionColours,
  ): void {
    const [left, right, bottom, top] = visibleExtent(view, ...size);
    const seen = this.#shapes.filter(({ named: { extent } }) => {
      const isAway = extent[0] > right || extent[1] < left || extent[2] > top || extent[3] < bottom;
      return !isAway;
    });
    context.save();
    context.transform(view.scale, 0, 0, -view.scale, view.offsetX, view.offsetY);
    context.lineJoin = 'round';
    for (const { named, path } of seen) {
      const isStrong = named.region.id === strong;
      const isOverview = named.region.level === 0;
      context.fillStyle = context.strokeStyle = isStrong ? colours.accent : colours.line;
      context.globalAlpha = isStrong ? 0.16 : 0.08;
      context.fill(path);
      context.globalAlpha = isStrong ? 0.9 : isOverview ? 0.5 : 0.22;
      context.lineWidth = (isStrong ? 2 : 1) / view.scale;
      context.stroke(path);
    }
    context.restore();
  }
}

/** Through the middles of the edges, so that no corner is left. */
function roundedPath(contours: readonly number[][]): Path2D {
  const path = new Path2D();
  for (const ring of contours) {
    const count = ring.length / 2;
    const at = (i: number): [number, number] => {
      const from = 2 * (i % count);
      return [ring[from], ring[from + 1]];
    };
    const middle = (i: number): [number, number] => {
      const [a, b] = [at(i), at(i + 1)];
      return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    };
    path.moveTo(...middle(0));
    for (let i = 1; i <= count; i++) path.quadraticCurveTo(...at(i), ...middle(i));
    path.closePath();
  }
  return path;
}
