import { readFileSync } from 'node:fs';
import { shippedFile } from '../../base/shipped-files.ts';
import type { MelBands } from './mel-bands.ts';

interface Exports {
  memory: WebAssembly.Memory;
  powerOfPair(...numbers: number[]): void;
  toMagnitude(...numbers: number[]): void;
  melBands(...numbers: number[]): void;
}

const PAGE_BYTES = 65_536;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;
/** A complex element of two frames: four doubles. */
const COMPLEX = 4;

let compiled: WebAssembly.Module | null = null;

/** The mel bands of two frames at once, in double precision: `kernels/mel.ts` with its tables. */
export class MelKernel {
  /** To be filled before every `compute`: sample i of the frames at 2 · i and 2 · i + 1. */
  readonly frames: Float64Array;
  /** What `compute` gives: band i of the frames at 2 · i and 2 · i + 1. */
  readonly bands: Float64Array;
  readonly #run: (isMagnitude: boolean) => void;

  /** @param nFft length of a frame, a power of two */
  constructor(nFft: number, { bands }: MelBands) {
    compiled ??= new WebAssembly.Module(readFileSync(shippedFile('resources/wasm/mel.wasm')));
    const kernel = new WebAssembly.Instance(compiled).exports as unknown as Exports;
    const half = nFft / 2;
    const turns = turnsOf(half);
    const halfTurns = halfTurnsOf(half);
    const weights = bands.flatMap((band) => [...band.weights]);
    // Bins and counts are pairs of 32 bits: one double each.
    const sizes = [COMPLEX * half, COMPLEX * half, turns.length, halfTurns.length, 2 * half + 2];
    sizes.push(bands.length, weights.length, 2 * bands.length);
    const starts = layOut(kernel.memory, sizes);
    const [a, b, turnsAt, halfTurnsAt, power, bandsAt, weightsAt, out] = starts;
    const doubles = new Float64Array(kernel.memory.buffer);
    doubles.set(turns, turnsAt / DOUBLE);
    doubles.set(halfTurns, halfTurnsAt / DOUBLE);
    doubles.set(weights, weightsAt / DOUBLE);
    const places = bands.flatMap((band) => [band.first, band.weights.length]);
    new Int32Array(kernel.memory.buffer, bandsAt, places.length).set(places);
    this.frames = new Float64Array(kernel.memory.buffer, a, 2 * nFft);
    this.bands = new Float64Array(kernel.memory.buffer, out, 2 * bands.length);
    this.#run = (isMagnitude) => {
      kernel.powerOfPair(a, b, half, turnsAt, halfTurnsAt, power);
      if (isMagnitude) kernel.toMagnitude(power, half + 1);
      kernel.melBands(power, bandsAt, weightsAt, bands.length, out);
    };
  }

  compute(isMagnitude: boolean): void {
    this.#run(isMagnitude);
  }
}

/** Byte offsets of fields of so many doubles, each where a vector may begin. */
function layOut(memory: WebAssembly.Memory, sizes: number[]): number[] {
  let end = 2 * COMPLEX * DOUBLE;
  const starts = sizes.map((size) => {
    const start = end;
    end += Math.ceil(size / 2) * 2 * DOUBLE;
    return start;
  });
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) memory.grow(missing);
  return starts;
}

/** (cos, -sin) of the three factors of every group of every pass. */
function turnsOf(count: number): number[] {
  const table: number[] = [];
  for (let groups = count >> 2; groups >= 1; groups >>= 2) {
    for (let group = 0; group < groups; group++) {
      for (let factor = 1; factor <= 3; factor++) {
        const angle = (2 * Math.PI * group * factor) / (4 * groups);
        table.push(Math.cos(angle), -Math.sin(angle));
      }
    }
  }
  return table;
}

/** (cos, -sin) of πk/half for k = 0 … half / 2. */
function halfTurnsOf(half: number): number[] {
  return Array.from({ length: half / 2 + 1 }, (_, k) => (Math.PI * k) / half).flatMap((angle) => [
    Math.cos(angle),
    -Math.sin(angle),
  ]);
}
