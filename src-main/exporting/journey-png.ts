import { panelColours } from '../drawing/journey/panel-colours.ts';
import { splitPanels } from '../drawing/journey/panel-bytes.ts';
import { PANEL_WORDS } from '../drawing/journey/panel-words.ts';
import { encodePng } from '../base/png.ts';
import type { Journey, Panel, PanelName, ValueGroup } from '../journey/contract.ts';
import { Raster } from './raster.ts';
import type { Rgb } from './raster.ts';
import { makeStamp } from './stamp.ts';
import { writeLine } from './stroke-font.ts';

export interface JourneyPicture {
  title: string;
  journey: Journey;
  /** Laid out as told at `Panel`. */
  bytes: Uint8Array;
  /** x, y of every track on the map, one after another; empty without a map. */
  places: Float32Array;
}

const GROUND: Rgb = [255, 255, 255];
const INK: Rgb = [26, 30, 39];
const SOFT: Rgb = [86, 96, 114];
const LINE: Rgb = [216, 220, 228];
const ACCENT: Rgb = [31, 95, 214];
const UNUSUAL: Rgb = [200, 85, 10];

const WIDTH = 1480;
const LEFT = 120;
const PLOT = WIDTH - LEFT - 40;
const HEADING = 44;
const GAP = 22;
const HEIGHTS: Record<PanelName, number> = {
  waveform: 90,
  spectrogram: 170,
  mel: 150,
  mfcc: 120,
  chroma: 132,
  tempogram: 130,
  tonnetz: 90,
};
const VALUES_HEIGHT = 140;
const GROUP_GAP = 14;
/** The many values of the spectrum get more room than the few of the rhythm, not in proportion. */
const LARGE_GROUP = 100;
const MAP_HEIGHT = 320;
const TIME_AXIS = 26;

/** The journey of a track as one picture, from the waveform to its place on the map. */
export function journeyPng({ title, journey, bytes, places }: JourneyPicture): Uint8Array {
  const { panels, columns } = journey;
  const split = splitPanels(bytes).panels;
  const height =
    60 +
    panels.reduce((sum, { name }) => sum + HEADING + HEIGHTS[name] + GAP, 0) +
    TIME_AXIS +
    (HEADING + (journey.libraryCount > 0 ? VALUES_HEIGHT + 24 : 0) + GAP) +
    (journey.place ? HEADING + MAP_HEIGHT + GAP : 0);
  const raster = new Raster(WIDTH, height, GROUND);
  write(raster, title, LEFT, 30, 22, INK, true);
  let top = 60;
  panels.forEach((panel, i) => {
    const { title: name, sentence } = PANEL_WORDS[panel.name];
    heading(raster, top, `${i + 1}  ${name}`, sentence);
    const box = { top: top + HEADING, height: HEIGHTS[panel.name] };
    if (panel.name === 'waveform') drawWaveform(raster, box, split[i], columns);
    else drawPanel(raster, box, panel, split[i], columns);
    top = box.top + box.height + GAP;
  });
  drawTime(raster, top - GAP, journey);
  top += TIME_AXIS;
  top = drawValues(raster, top, journey);
  if (journey.place) drawMap(raster, top, journey, places);
  return encodePng(raster.pixels, WIDTH);
}

interface Box {
  top: number;
  height: number;
}

function heading(raster: Raster, top: number, title: string, sentence: string): void {
  write(raster, title, LEFT, top + 12, 16, INK, true);
  write(raster, sentence, LEFT, top + 32, 12, SOFT);
}

function write(
  raster: Raster,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: Rgb,
  isBold = false,
): number {
  const { strokes, width } = writeLine(text, size);
  const placed = strokes.map((line) => line.map((value, i) => value + (i % 2 === 0 ? x : y)));
  raster.stroke(placed, Math.max(1, size * (isBold ? 0.125 : 0.095)), colour);
  return width;
}

function writeBefore(raster: Raster, text: string, right: number, y: number): void {
  write(raster, text, right - writeLine(text, 11).width, y, 11, SOFT);
}

function fill(
  raster: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  [r, g, b]: Rgb,
): void {
  for (let row = Math.max(0, y); row < Math.min(raster.height, y + height); row++) {
    for (let column = Math.max(0, x); column < Math.min(raster.width, x + width); column++) {
      raster.pixels.set([r, g, b, 255], 4 * (row * raster.width + column));
    }
  }
}

function drawWaveform(
  raster: Raster,
  { top, height }: Box,
  bytes: Uint8Array,
  columns: number,
): void {
  for (let x = 0; x < PLOT; x++) {
    const column = Math.floor((x * columns) / PLOT);
    const y = (byte: number): number => top + Math.round((1 - byte / 255) * height);
    const [highest, lowest] = [y(bytes[columns + column]), y(bytes[column])];
    fill(raster, LEFT + x, highest, 1, Math.max(1, lowest - highest), ACCENT);
  }
  for (const [share, name] of [
    [0, '+1'],
    [0.5, '0'],
    [1, '-1'],
  ] as const) {
    writeBefore(raster, name, LEFT - 8, top + share * height);
  }
}

function drawPanel(
  raster: Raster,
  box: Box,
  panel: Panel,
  bytes: Uint8Array,
  columns: number,
): void {
  const colours = panelColours(panel.name);
  for (let y = 0; y < box.height; y++) {
    const row = Math.floor(((box.height - 1 - y) * panel.rows) / box.height);
    for (let x = 0; x < PLOT; x++) {
      const byte = bytes[row * columns + Math.floor((x * columns) / PLOT)];
      const at = 4 * ((box.top + y) * raster.width + LEFT + x);
      raster.pixels.set(colours.subarray(3 * byte, 3 * byte + 3), at);
    }
  }
  for (const row of shownRows(panel)) {
    const y = box.top + box.height * (1 - (row + 0.5) / panel.rows);
    writeBefore(raster, panel.rowNames[row], LEFT - 8, y);
  }
}

/** All names of a panel of few rows, else some at equal steps. */
function shownRows({ rows }: Panel): number[] {
  if (rows <= 12) return Array.from({ length: rows }, (_, row) => row);
  return [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (rows - 1)));
}

function drawTime(raster: Raster, top: number, { passages, durationSeconds }: Journey): void {
  const heard = passages.reduce((sum, { seconds }) => sum + seconds, 0);
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300].find((s) => heard / s <= 12) ?? 600;
  for (let seconds = 0; seconds <= heard; seconds += step) {
    const x = LEFT + (seconds / heard) * PLOT;
    fill(raster, Math.round(x), top + 2, 1, 6, SOFT);
    const minutes = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    write(raster, minutes, x + 3, top + 14, 11, SOFT);
  }
  if (passages.length > 1) {
    const whole = `${passages.length} passages of a track of ${Math.round(durationSeconds / 60)} minutes`;
    write(raster, whole, LEFT + PLOT - writeLine(whole, 11).width, top + 26, 11, SOFT);
  }
}

/** A bar per value: where the track lies in the library, from the middle up or down. Answers what comes below. */
function drawValues(
  raster: Raster,
  top: number,
  { groups, libraryCount, panels }: Journey,
): number {
  const count = groups.reduce((sum, { values }) => sum + values.length, 0);
  const sentence =
    libraryCount > 0
      ? `Up: more than most of the ${libraryCount} tracks of the library have; down: less. Amber: rarer than one in ten.`
      : 'There is no library to compare with: index one, and the values show where this track lies in it.';
  heading(
    raster,
    top,
    `${panels.length + 1}  ${count} values in ${groups.length} groups`,
    sentence,
  );
  if (libraryCount === 0) return top + HEADING + GAP;
  const shares = groups.map(({ values }) => (values.length > LARGE_GROUP ? 3 : 1));
  const unit =
    (PLOT - (groups.length - 1) * GROUP_GAP) / shares.reduce((sum, share) => sum + share, 0);
  let left = LEFT;
  groups.forEach((group, g) => {
    drawGroup(raster, { left, width: shares[g] * unit, top: top + HEADING }, group);
    left += shares[g] * unit + GROUP_GAP;
  });
  return top + HEADING + VALUES_HEIGHT + 24 + GAP;
}

function drawGroup(
  raster: Raster,
  { left, width, top }: { left: number; width: number; top: number },
  { label, percentiles }: ValueGroup,
): void {
  const middle = top + VALUES_HEIGHT / 2;
  fill(raster, Math.round(left), middle, Math.round(width), 1, LINE);
  percentiles!.forEach((percentile, i) => {
    const x = Math.round(left + (i * width) / percentiles!.length);
    const next = Math.round(left + ((i + 1) * width) / percentiles!.length);
    const reach = Math.round(((percentile - 50) / 50) * (VALUES_HEIGHT / 2));
    const colour = percentile < 5 || percentile > 95 ? UNUSUAL : ACCENT;
    const gap = next - x > 4 ? 1 : 0;
    fill(raster, x, middle - Math.max(0, reach), next - x - gap, Math.abs(reach), colour);
  });
  write(raster, label, left, top + VALUES_HEIGHT + 12, 11, SOFT);
}

function drawMap(
  raster: Raster,
  top: number,
  { place, panels }: Journey,
  places: Float32Array,
): void {
  const { x, y, isGuessed } = place!;
  const sentence = isGuessed
    ? 'About here: in the middle of the tracks of the library that sound most like it.'
    : 'What lies near sounds alike; directions mean nothing.';
  heading(raster, top, `${panels.length + 2}  Its place on the map`, sentence);
  let [fromX, toX, fromY, toY] = [x, x, y, y];
  for (let i = 0; i < places.length; i += 2) {
    fromX = Math.min(fromX, places[i]);
    toX = Math.max(toX, places[i]);
    fromY = Math.min(fromY, places[i + 1]);
    toY = Math.max(toY, places[i + 1]);
  }
  const scale = Math.min(PLOT / (toX - fromX || 1), (MAP_HEIGHT - 20) / (toY - fromY || 1));
  const at = (px: number, py: number): [number, number] => [
    LEFT + 10 + (px - fromX) * scale,
    top + HEADING + MAP_HEIGHT - 10 - (py - fromY) * scale,
  ];
  const dot = makeStamp([], 6);
  for (let i = 0; i < places.length; i += 2) {
    raster.press(dot, ...at(places[i], places[i + 1]), SOFT, 0.45);
  }
  raster.press(makeStamp([], 20), ...at(x, y), UNUSUAL, 0.35);
  raster.press(makeStamp([], 11), ...at(x, y), UNUSUAL, 1);
}
