// What the pages of the other programs of bench/frames.mjs share: the same points and groups from the same bytes.
import { extentOf } from '../src-main/drawing/map/camera.ts';
import { decodeColumn, decodePoints } from '../src-main/drawing/map/point-data.ts';

const bytesOf = async (path) => (await fetch(path)).arrayBuffer();

export async function readMap() {
  const body = JSON.stringify({});
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch('/call/projection.getMap', { method: 'POST', headers, body });
  const { value: map } = await reply.json();
  const [points, genre] = await Promise.all([
    bytesOf(`/bytes/points/${map.id}`).then(decodePoints),
    bytesOf(`/bytes/columns/${map.id}/genre`).then(decodeColumn),
  ]);
  return { points, genre, extent: extentOf(points.coordinates) };
}
