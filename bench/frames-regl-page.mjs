// regl-scatterplot for bench/frames.mjs, in a page of its own.
import createScatterplot from 'regl-scatterplot';
import { dotLook } from '../src-main/drawing/map/camera.ts';
import { CATEGORY_COLOURS } from '../src-main/drawing/map/palette.ts';
import { readMap } from './frames-page.mjs';

async function open() {
  const { points, genre, extent } = await readMap();
  const [left, right, bottom, top] = extent;
  const reach = Math.max(right - left, top - bottom) / 2;
  const x = new Float32Array(points.count);
  const y = new Float32Array(points.count);
  for (let i = 0; i < points.count; i++) {
    x[i] = (points.coordinates[2 * i] - (left + right) / 2) / reach;
    y[i] = (points.coordinates[2 * i + 1] - (bottom + top) / 2) / reach;
  }
  const { innerWidth: width, innerHeight: height } = window;
  const look = dotLook(points.count, 1, width, height);
  const plot = createScatterplot({
    canvas: document.getElementById('plot'),
    width,
    height,
    colorBy: 'valueA',
    pointColor: CATEGORY_COLOURS.dark,
    pointSize: look.size,
    opacity: look.opacity,
  });
  await plot.draw({ x, y, valueA: Array.from(genre.values) });
  window.look = (way, share) => {
    const zoom = way === 'zoom' ? 2 ** (2 * share) : 1;
    const dx = way === 'pan' ? 0.5 * share : 0;
    plot.view([zoom, 0, 0, 0, 0, zoom, 0, 0, 0, 0, 1, 0, dx, 0.3 * dx, 0, 1]);
  };
}

window.opened = open();
