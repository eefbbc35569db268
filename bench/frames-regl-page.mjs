// The other program of bench/frames.mjs, in a page of its own: the same points and colours from the same bytes.
import createScatterplot from 'regl-scatterplot';
import { dotLook, extentOf } from '../src-main/drawing/map/camera.ts';
import { CATEGORY_COLOURS } from '../src-main/drawing/map/palette.ts';
import { decodeColumn, decodePoints } from '../src-main/drawing/map/point-data.ts';

const bytesOf = async (path) => (await fetch(path)).arrayBuffer();

async function open() {
  const body = JSON.stringify({});
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch('/call/projection.getMap', { method: 'POST', headers, body });
  const { value: map } = await reply.json();
  const points = decodePoints(await bytesOf(`/bytes/points/${map.id}`));
  const genre = decodeColumn(await bytesOf(`/bytes/columns/${map.id}/genre`));
  const [left, right, bottom, top] = extentOf(points.coordinates);
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
