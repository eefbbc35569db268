import { describe, expect, test } from 'vitest';
import { decodeColumn, decodePoints } from '../drawing/map/point-data.ts';
import { categoryColumn, mapPoints, namedRegion } from './fixtures/small-map.ts';
import { pageOf } from './map-page.ts';
import type { PageContent } from './map-page.ts';
import { readPng } from '../base/fixtures/read-png.ts';
import { pngOf, rgbOf } from './map-png.ts';
import { layOutScene } from './map-scene.ts';
import type { MapContent } from './map-scene.ts';
import { svgOf } from './map-svg.ts';
import { escapeMarkup, jsonForScript } from './markup.ts';
import { pictureOptions } from './picture-options.ts';
import { Raster } from './raster.ts';
import { makeStamp } from './stamp.ts';
import { writeLine } from './stroke-font.ts';

const HOSTILE = `</script><img src=x onerror="alert(1)">&'\u0000\u2028`;

function contentOf(coordinates: number[], genres: string[], codes: number[]): MapContent {
  const ids = codes.map((_, row) => row + 1);
  const buffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;
  return {
    points: decodePoints(buffer(mapPoints(ids, coordinates))),
    column: decodeColumn(buffer(categoryColumn('genre', genres, codes))),
    regions: [namedRegion(HOSTILE, [0, 0], [[-1, -1, 1, -1, 0, 1]])],
  };
}

const square = contentOf([0, 0, 1, 0, 0, 1, 1, 1], ['Jazz', HOSTILE], [0, 0, 1, 1]);

describe('a stamp', () => {
  test.each([1, 2, 3.5, 8, 20])('of a circle of %d pixels covers its area', (diameter) => {
    const { masks } = makeStamp([], diameter);
    for (const mask of masks) {
      const area = mask.reduce((sum, covered) => sum + covered, 0) / 255;
      expect(Math.abs(area - (Math.PI * diameter ** 2) / 4)).toBeLessThan(0.25 + 0.03 * area);
    }
  });

  test('is cut off at every edge of the picture and harms nothing beyond', () => {
    const raster = new Raster(10, 10, [0, 0, 0]);
    const stamp = makeStamp([], 6);
    for (const [x, y] of [
      [0, 0],
      [10, 10],
      [-2, 5],
      [5, 12],
      [-100, -100],
      [1e6, 0],
    ]) {
      raster.press(stamp, x, y, [255, 255, 255], 1);
    }
    expect([...raster.pixels.subarray(0, 3)]).toEqual([255, 255, 255]);
    expect(raster.pixels[4 * 55]).toBe(0);
  });
});

test('a line is as thick as it is said to be, wherever its ends', () => {
  const raster = new Raster(40, 40, [0, 0, 0]);
  raster.stroke([[-10, 20, 50, 20]], 4, [255, 255, 255]);
  const column = Array.from({ length: 40 }, (_, y) => raster.pixels[4 * (40 * y + 20)]);
  expect(column.reduce((sum, value) => sum + value, 0) / 255).toBeCloseTo(4, 1);
});

test('every letter of a keyboard has its lines; other scripts become boxes', () => {
  const box = JSON.stringify(writeLine('東', 10).strokes);
  const letters = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  for (const letter of letters) {
    const line = writeLine(letter, 10);
    expect(line.strokes.flat().every(Number.isFinite), letter).toBe(true);
    expect(JSON.stringify(line.strokes), letter).not.toBe(box);
  }
  expect(writeLine('é', 10)).toEqual(writeLine('e', 10));
  expect(writeLine('ß', 10)).toEqual(writeLine('ss', 10));
  expect(writeLine('', 10)).toEqual({ strokes: [], width: 0 });
});

test('colours are read as browsers do', () => {
  expect(rgbOf('#0a10ff')).toEqual([10, 16, 255]);
  expect(rgbOf('hsl(0, 100%, 50%)')).toEqual([255, 0, 0]);
  expect(rgbOf('hsl(210, 62%, 60%)')).toEqual([90, 153, 216]);
});

describe('a picture', () => {
  const options = pictureOptions.parse({ width: 600, height: 400 });

  test('has every dot in its colour where its place is', () => {
    const scene = layOutScene({ ...square, regions: [] }, options);
    const { at: colourAt } = readPng(pngOf(scene));
    for (const { places, colour, opacity } of scene.layers) {
      for (let i = 0; i < places.length; i += 2) {
        const ground = rgbOf(scene.background);
        const expected = rgbOf(colour).map((value, c) => ground[c] + opacity * (value - ground[c]));
        const found = colourAt(Math.floor(places[i]), Math.floor(places[i + 1]));
        found.forEach((value, c) => expect(Math.abs(value - expected[c])).toBeLessThan(4));
      }
    }
  });

  test('of a part shows that part; hidden groups are grey', () => {
    const part = pictureOptions.parse({ view: '-0.2,0.2,-0.2,0.2', hidden: '0' });
    const { layers } = layOutScene(square, part);
    expect(layers.map(({ places }) => places.length / 2)).toEqual([1]);
    expect(layers[0].opacity).toBeLessThan(0.3);
  });

  test.each([
    ['no track', [], []],
    ['one track', [3, 3], [0]],
    ['tracks at one place', [1, 1, 1, 1], [0, 0]],
    ['a cloud', [0, 0, 0, 1, 2, 3], [0, 0]],
  ])('of %s is made all the same', (_, coordinates, codes) => {
    const content = contentOf(coordinates, ['Jazz'], codes);
    const scene = layOutScene(content, options);
    expect([...svgOf(scene)].join('')).not.toContain('NaN');
    expect(pngOf(scene).length).toBeGreaterThan(1000);
  });

  test('as SVG holds no tag as markup and nothing XML forbids', () => {
    const svg = [...svgOf(layOutScene(square, options))].join('');
    expect(svg).not.toMatch(/<(script|img)/);
    expect(svg).toContain('&lt;/script&gt;');
    expect(svg).not.toContain('\u0000');
  });
});

describe('markup', () => {
  test('is escaped, and what XML cannot hold is replaced', () => {
    expect(escapeMarkup(`<a b='c'>&"\u0001\ud800`)).toBe('&lt;a b=&#39;c&#39;&gt;&amp;&quot;��');
    expect(escapeMarkup('東京 🎵')).toBe('東京 🎵');
  });

  test('JSON in a script reads back and cannot end it', () => {
    const text = jsonForScript({ a: `${HOSTILE}<!--<script>` });
    expect(text).not.toMatch(/[<>\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual({ a: `${HOSTILE}<!--<script>` });
  });

  test('a page has two scripts, whatever the tags say, and asks for nothing', () => {
    const words: PageContent = {
      title: HOSTILE,
      colourBy: HOSTILE,
      count: 1,
      dims: 2,
      groups: [{ label: HOSTILE, light: '#000000', dark: '#ffffff', shape: 'circle', count: 1 }],
      regions: [],
      dotSize: 5,
      opacity: 1,
      coordinates: '',
      groupOf: '',
      titles: [HOSTILE],
      artists: [0],
      genres: [0],
      artistNames: [HOSTILE],
      genreNames: [HOSTILE],
    };
    const page = pageOf(words);
    expect(page.match(/<script/g)!.length).toBe(2);
    expect(page.match(/<\/script/g)!.length).toBe(2);
    expect(page).not.toContain('<img');
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<[^>]+\bsrc=|@import/,
    );
  });
});
