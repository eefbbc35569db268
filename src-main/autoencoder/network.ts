import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import {
  add,
  applyLayers,
  composeNetwork,
  composeTraining,
  mean,
  meanSquaredError,
  multiply,
  Network,
  packNetwork,
  scale,
  subtract,
  unpackNetwork,
  whiteness,
} from '../training/room.ts';
import type { Composition, Layer, TrainingDevice, Weights } from '../training/room.ts';
import type { GridShape } from './mel-grid.ts';
import { whitened } from './whiten.ts';

type Size = [number, number];

const FILTERS = [16, 32, 32];
const KERNEL: Size = [3, 3];
/** A multiple of the steps, so that none leaves a pattern (Odena et al. 2016). */
const WAY_BACK: Size = [4, 4];
const HALF: Size = [2, 2];
/** Neurons between the plane and the first picture on the way back. */
const BENT = 32;

/** Sizes of the pictures from the spectrogram down to the innermost. */
function sizesOf({ bands, columns }: GridShape): Size[] {
  const half = (size: number, times: number): number => Math.ceil(size / 2 ** times);
  return [0, ...FILTERS.map((_, i) => i + 1)].map((times) => [
    half(bands, times),
    half(columns, times),
  ]);
}

/** Spectrogram → point: convolutions that halve the picture, then one linear neuron per axis of the map. */
export const encoderLayers = (bottleneck: number): Layer[] => [
  ...FILTERS.flatMap((filters): Layer[] => [
    { kind: 'conv', filters, kernel: KERNEL, stride: HALF },
    { kind: 'relu' },
  ]),
  { kind: 'dense', units: bottleneck },
];

/** Point → spectrogram: the same way back. */
export function decoderLayers(shape: GridShape): Layer[] {
  const sizes = sizesOf(shape);
  const [h, w] = sizes.at(-1)!;
  const inner = FILTERS.at(-1)!;
  return [
    // A plane is bent before it is spread: between two tracks lies more than the mean of both.
    { kind: 'dense', units: BENT },
    { kind: 'relu' },
    { kind: 'dense', units: inner * h * w },
    { kind: 'reshape', dims: [inner, h, w] },
    ...FILTERS.toReversed().flatMap((_, i): Layer[] => [
      { kind: 'relu' },
      {
        kind: 'convTransposed',
        filters: FILTERS.at(-2 - i) ?? 1,
        kernel: WAY_BACK,
        stride: HALF,
        size: sizes[FILTERS.length - 1 - i],
      },
    ]),
    { kind: 'sigmoid' },
  ];
}

/**
 * The step of training: the loss is the squared error of the reconstruction plus `spread` times how far
 * the points of the batch are from being white (see `whiteness`). Answers `error`, without that term.
 */
export function trainingStep(
  shape: GridShape,
  { bottleneck, batchSize, spread }: { bottleneck: number; batchSize: number; spread: number },
): Composition {
  const x = [batchSize, 1, shape.bands, shape.columns];
  return composeTraining({ x }, ({ x: spectrograms }, scope) => {
    const points = applyLayers(encoderLayers(bottleneck), spectrograms, scope);
    const error = meanSquaredError(applyLayers(decoderLayers(shape), points, scope), spectrograms);
    return { loss: add(error, scale(whiteness(points), spread)), outputs: { error } };
  });
}

/** The same network without learning: answers the `errors` of every spectrogram of a batch. */
export function judgingStep(shape: GridShape, bottleneck: number, batchSize: number): Composition {
  const x = [batchSize, 1, shape.bands, shape.columns];
  return composeNetwork({ x }, ({ x: spectrograms }, scope) => {
    const points = applyLayers(encoderLayers(bottleneck), spectrograms, scope);
    const off = subtract(applyLayers(decoderLayers(shape), points, scope), spectrograms);
    return { errors: mean(multiply(off, off), [1, 2, 3]) };
  });
}

const header = z.object({
  format: z.literal('autoencoder'),
  bottleneck: z.number().int().min(2).max(3),
  bands: z.number().int().positive(),
  columns: z.number().int().positive(),
  seconds: z.number().positive(),
});

/** Rows that go through the runtime at once. */
const BATCH = 8;

/** A trained autoencoder with its sessions; release it. */
export class Autoencoder {
  readonly shape: GridShape;
  readonly bottleneck: number;
  readonly #weights: Weights;
  readonly #encoder: Network;
  readonly #decoder: Network;
  readonly #split: number;

  private constructor(
    shape: GridShape,
    bottleneck: number,
    weights: Weights,
    encoder: Network,
    decoder: Network,
    split: number,
  ) {
    this.shape = shape;
    this.bottleneck = bottleneck;
    this.#weights = weights;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#split = split;
  }

  /** @param weights those of `trainingStep`: first the encoder's, then the decoder's */
  static async open(
    shape: GridShape,
    bottleneck: number,
    weights: Weights,
    device: TrainingDevice,
  ): Promise<Autoencoder> {
    const x = [BATCH, 1, shape.bands, shape.columns];
    const encoder = composeNetwork({ x }, (inputs, scope) => ({
      points: applyLayers(encoderLayers(bottleneck), inputs.x, scope),
    }));
    const decoder = composeNetwork({ points: [1, bottleneck] }, (inputs, scope) => ({
      spectrogram: applyLayers(decoderLayers(shape), inputs.points, scope),
    }));
    if (encoder.parameterCount + decoder.parameterCount !== weights.parameters.length) {
      throw new AppError('model-invalid', 'The weights of this autoencoder do not fit its shape.');
    }
    return new Autoencoder(
      shape,
      bottleneck,
      weights,
      await Network.open(encoder, device),
      await Network.open(decoder, device),
      encoder.parameterCount,
    );
  }

  /** @param grids spectrograms one after another; @returns a point of `bottleneck` coordinates each */
  async encode(grids: Uint8Array): Promise<Float32Array> {
    const size = this.shape.bands * this.shape.columns;
    const count = grids.length / size;
    const points = new Float32Array(count * this.bottleneck);
    const weights = this.#part(0, this.#split);
    for (let row = 0; row < count; row += BATCH) {
      const x = new Float32Array(BATCH * size);
      x.set(toUnit(grids.subarray(row * size, (row + BATCH) * size)));
      const found = (await this.#encoder.run(weights, { x })).points;
      const wanted = Math.min(BATCH, count - row) * this.bottleneck;
      points.set(found.subarray(0, wanted), row * this.bottleneck);
    }
    return points;
  }

  /** What lies at a point of the map: bands × columns. */
  async decode(point: readonly number[]): Promise<Uint8Array> {
    const weights = this.#part(this.#split, this.#weights.parameters.length);
    const points = Float32Array.from(point);
    const { spectrogram } = await this.#decoder.run(weights, { points });
    return Uint8Array.from(spectrogram, (value) => Math.round(255 * value));
  }

  /**
   * The weights of the same network with a white plane, see `whiten.ts`.
   * @param points where it puts the tracks
   */
  whitened(points: Float32Array): Weights {
    const [height, width] = sizesOf(this.shape).at(-1)!;
    const { parameters, statistics } = this.#weights;
    const layers = { at: this.#split, before: FILTERS.at(-1)! * height * width, after: BENT };
    const plane = { values: points, dims: this.bottleneck };
    return { parameters: whitened(parameters, plane, layers), statistics };
  }

  toBytes(): Uint8Array {
    const { bottleneck, shape } = this;
    const about: z.input<typeof header> = { format: 'autoencoder', bottleneck, ...shape };
    return packNetwork(about, [this.#weights.parameters]);
  }

  /** @throws AppError `model-invalid` */
  static async fromBytes(bytes: Uint8Array, device: TrainingDevice): Promise<Autoencoder> {
    const { header: found, arrays } = unpackNetwork(bytes);
    const parsed = header.safeParse(found);
    if (!parsed.success || arrays.length !== 1) {
      throw new AppError('model-invalid', 'This file does not hold an autoencoder.');
    }
    const { bottleneck, bands, columns, seconds } = parsed.data;
    const weights = { parameters: arrays[0], statistics: new Float32Array(0) };
    return Autoencoder.open({ bands, columns, seconds }, bottleneck, weights, device);
  }

  async release(): Promise<void> {
    await this.#encoder.release();
    await this.#decoder.release();
  }

  #part(from: number, to: number): Weights {
    const { parameters, statistics } = this.#weights;
    return { parameters: parameters.subarray(from, to), statistics };
  }
}

/** Spectrograms as the network sees them: 0 to 1. */
export const toUnit = (grid: Uint8Array): Float32Array => Float32Array.from(grid, (v) => v / 255);
