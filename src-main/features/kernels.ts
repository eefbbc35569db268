import { readFile } from 'node:fs/promises';

/** What `kernels/features.ts` exports; all arguments are byte offsets, counts or plain numbers. */
type KernelName =
  | 'halveRate'
  | 'fft131072'
  | 'splitLong'
  | 'constantQ'
  | 'fillFilter'
  | 'normaliseChroma'
  | 'tonnetz'
  | 'fft4'
  | 'loadFrames'
  | 'splitSpectrum'
  | 'allocate'
  | 'onsetStrength'
  | 'addTempogram'
  | 'inverseEnergy'
  | 'blockEnergies'
  | 'rmsAndCrossings'
  | 'keysOfTile'
  | 'turnKeys'
  | 'maskTiles'
  | 'packForInverse'
  | 'overlapAdd'
  | 'median31'
  | 'powerAndMagnitude'
  | 'melBands'
  | 'toDecibels'
  | 'spectralShape'
  | 'spectralContrast'
  | 'mfcc'
  | 'meanAndDeviation'
  | 'largestMagnitude'
  | 'orderStatistics'
  | 'slopeMean'
  | 'contrastDecibels'
  | 'flatness'
  | 'pitchPeaks'
  | 'kthSmallest'
  | 'tuningHistogram';

type KernelFunctions = Record<KernelName, (...args: number[]) => number>;
type KernelExports = KernelFunctions & { memory: WebAssembly.Memory };

/** The kernels over their memory, with views that must be asked for anew after every allocation. */
export class Kernels {
  readonly run: KernelFunctions;
  readonly #memory: WebAssembly.Memory;
  floats!: Float32Array;
  ints!: Int32Array;
  doubles!: Float64Array;

  private constructor(exports: KernelExports) {
    this.run = exports;
    this.#memory = exports.memory;
    this.#view();
  }

  /** @param wasmPath file made by `npm run build:wasm` */
  static async load(wasmPath: string): Promise<Kernels> {
    const { instance } = await WebAssembly.instantiate(await readFile(wasmPath), {});
    return new Kernels(instance.exports as unknown as KernelExports);
  }

  /** Byte offset of `count` floats (or ints), with room for one vector to be read beyond. */
  allocate(count: number): number {
    const at = this.run.allocate(count * 4 + 64);
    this.#view();
    return at;
  }

  putFloats(values: ArrayLike<number>): number {
    const at = this.allocate(values.length);
    this.floats.set(values, at >> 2);
    return at;
  }

  putInts(values: ArrayLike<number>): number {
    const at = this.allocate(values.length);
    this.ints.set(values, at >> 2);
    return at;
  }

  /** Zeros `count` floats. */
  clear(at: number, count: number): void {
    this.floats.fill(0, at >> 2, (at >> 2) + count);
  }

  #view(): void {
    this.floats = new Float32Array(this.#memory.buffer);
    this.ints = new Int32Array(this.#memory.buffer);
    this.doubles = new Float64Array(this.#memory.buffer);
  }
}
