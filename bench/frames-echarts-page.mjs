// ECharts GL for bench/frames.mjs, in a page of its own: scatterGL on an empty geographical map, its quickest way
// to pan many points, because there only the camera moves. It tells no point under the pointer.
import { GeoComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { ScatterGLChart } from 'echarts-gl/charts';
import { dotLook } from '../src-main/drawing/map/camera.ts';
import { groupPoints } from '../src-main/drawing/map/groups.ts';
import { readMap } from './frames-page.mjs';

echarts.use([GeoComponent, CanvasRenderer, ScatterGLChart]);

async function open() {
  const { points, genre, extent } = await readMap();
  const { innerWidth: width, innerHeight: height } = window;
  const look = dotLook(points.count, 1, width, height);
  const element = document.getElementById('plot');
  element.style.cssText = `width:${width}px;height:${height}px;background:#0b0e13`;
  const chart = echarts.init(element);
  const drawn = new Promise((resolve) => chart.on('finished', resolve));
  echarts.registerMap('square', { geoJSON: squareOf(extent) });
  chart.setOption({
    animation: false,
    geo: {
      map: 'square',
      roam: true,
      aspectScale: 1,
      silent: true,
      itemStyle: { areaColor: 'transparent', borderWidth: 0 },
    },
    series: seriesOf(points, genre, look),
  });
  await drawn;
  let last = 0;
  window.look = (way, share) => {
    const moved = share - last;
    last = share;
    const where =
      way === 'pan'
        ? { dx: 200 * moved, dy: 60 * moved }
        : { zoom: 2 ** (2 * moved), originX: width / 2, originY: height / 2 };
    chart.dispatchAction({ type: 'geoRoam', componentType: 'geo', geoIndex: 0, ...where });
  };
}

function seriesOf({ count, coordinates }, genre, look) {
  const { groups, groupOf } = groupPoints(genre, count, true);
  const places = groups.map((group) => new Float32Array(2 * group.count));
  const filled = groups.map(() => 0);
  for (let i = 0; i < count; i++) {
    const group = groupOf[i];
    places[group][filled[group]++] = coordinates[2 * i];
    places[group][filled[group]++] = coordinates[2 * i + 1];
  }
  return groups.map(({ colour }, group) => ({
    type: 'scatterGL',
    coordinateSystem: 'geo',
    large: true,
    progressive: 0,
    data: places[group],
    dimensions: ['x', 'y'],
    symbolSize: look.size,
    itemStyle: { color: colour, opacity: look.opacity },
  }));
}

function squareOf([left, right, bottom, top]) {
  const ring = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
    [left, bottom],
  ];
  const geometry = { type: 'Polygon', coordinates: [ring] };
  return {
    type: 'FeatureCollection',
    features: [{ type: 'Feature', properties: { name: 'square' }, geometry }],
  };
}

window.opened = open();
