import { z } from 'zod';
import { convolve, convolveTransposed, maxPool, samePadding, windowSteps } from './convolution.ts';
import type { Size2, Window } from './convolution.ts';
import {
  add,
  matmul,
  mean,
  multiply,
  power,
  relu,
  reshape,
  scale,
  sigmoid,
  subtract,
} from './operators.ts';
import type { Scope } from './scope.ts';
import { sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

const whole = z.number().int().min(1).max(1_000_000);
const size2 = z.tuple([whole, whole]);

/** Layers as they are saved. Sizes are [height, width]; windows are padded to keep the size ("same"). */
export const layer = z.discriminatedUnion('kind', [
  /** `l2` times the sum of the squared weights is added to the loss. */
  z.object({ kind: z.literal('dense'), units: whole, l2: z.number().min(0).optional() }),
  z.object({ kind: z.literal('conv'), filters: whole, kernel: size2, stride: size2 }),
  /** `size` is that of the output. */
  z.object({
    kind: z.literal('convTransposed'),
    filters: whole,
    kernel: size2,
    stride: size2,
    size: size2,
  }),
  z.object({ kind: z.literal('maxPool'), kernel: size2, stride: size2 }),
  z.object({ kind: z.literal('batchNorm') }),
  z.object({ kind: z.literal('relu') }),
  z.object({ kind: z.literal('sigmoid') }),
  z.object({ kind: z.literal('dropout'), rate: z.number().min(0).max(0.95) }),
  /** Without the batch. */
  z.object({ kind: z.literal('reshape'), dims: z.array(whole).min(1).max(3) }),
]);
export type Layer = z.output<typeof layer>;
type LayerOf<Kind extends Layer['kind']> = Extract<Layer, { kind: Kind }>;

/** Of batch normalisation. With some hundred steps, means have to be followed quickly. */
const NORM_EPSILON = 1e-3;
const NORM_MOMENTUM = 0.9;

/** Puts layers one after another on a batch. */
export function applyLayers(layers: readonly Layer[], input: Tensor, scope: Scope): Tensor {
  return layers.reduce((x, one) => applyLayer(one, x, scope), input);
}

function applyLayer(one: Layer, x: Tensor, scope: Scope): Tensor {
  switch (one.kind) {
    case 'dense':
      return dense(one, x, scope);
    case 'conv':
      return conv(one, x, scope);
    case 'convTransposed':
      return convTransposed(one, x, scope);
    case 'maxPool':
      return maxPool(x, windowOver(x, one));
    case 'batchNorm':
      return batchNorm(x, scope);
    case 'relu':
      return relu(x);
    case 'sigmoid':
      return sigmoid(x);
    case 'dropout':
      return scope.isTraining && one.rate > 0 ? multiply(x, scope.mask(x.dims, one.rate)) : x;
    case 'reshape':
      return reshape(x, [x.dims[0], ...one.dims]);
  }
}

/** Images are laid out flat first. */
function dense({ units, l2 = 0 }: LayerOf<'dense'>, x: Tensor, scope: Scope): Tensor {
  const inputs = sizeOf(x.dims.slice(1));
  const rows = x.dims.length === 2 ? x : reshape(x, [x.dims[0], inputs]);
  const weights = scope.parameters.take([inputs, units], glorot(inputs, units));
  scope.punish(weights, l2);
  return add(matmul(rows, weights), scope.parameters.take([units], { value: 0 }));
}

function conv({ filters, kernel, stride }: LayerOf<'conv'>, x: Tensor, scope: Scope): Tensor {
  const channels = x.dims[1];
  const area = kernel[0] * kernel[1];
  const weights = scope.parameters.take(
    [filters, channels, ...kernel],
    glorot(channels * area, filters * area),
  );
  const bias = scope.parameters.take([filters], { value: 0 });
  return convolve(x, weights, bias, windowOver(x, { kernel, stride }));
}

function convTransposed(one: LayerOf<'convTransposed'>, x: Tensor, scope: Scope): Tensor {
  const { filters, kernel, stride, size } = one;
  const channels = x.dims[1];
  const area = kernel[0] * kernel[1];
  const window = { kernel, stride, pads: samePadding(size, kernel, stride) };
  const [h, w] = windowSteps(size, window);
  if (h !== x.dims[2] || w !== x.dims[3]) {
    throw new RangeError(`[${x.dims.slice(2)}] cannot grow to [${size}] by steps of [${stride}].`);
  }
  const weights = scope.parameters.take(
    [channels, filters, ...kernel],
    glorot(channels * area, filters * area),
  );
  const bias = scope.parameters.take([filters], { value: 0 });
  return convolveTransposed(x, weights, bias, window, size);
}

/**
 * Takes every channel to mean 0 and variance 1 over the batch, then by what is learned to another scale.
 * Afterwards the means and variances that were followed while training stand in for the batch's.
 */
function batchNorm(x: Tensor, scope: Scope): Tensor {
  const channels = x.dims[1];
  const dims = [1, channels, ...x.dims.slice(2).map(() => 1)];
  const gain = scope.parameters.take(dims, { value: 1 });
  const shift = scope.parameters.take(dims, { value: 0 });
  const runningMean = scope.statistics.take(dims, { value: 0 });
  const runningVariance = scope.statistics.take(dims, { value: 1 });
  if (!scope.isTraining) {
    return add(multiply(normalise(subtract(x, runningMean), runningVariance), gain), shift);
  }
  const axes = x.dims.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const centre = mean(x, axes);
  const centred = subtract(x, centre);
  const variance = mean(multiply(centred, centred), axes);
  scope.newStatistics.push(follow(runningMean, centre), follow(runningVariance, variance));
  return add(multiply(normalise(centred, variance), gain), shift);
}

const normalise = (centred: Tensor, variance: Tensor): Tensor =>
  multiply(centred, power(add(variance, centred.trace.scalar(NORM_EPSILON)), -0.5));

const follow = (running: Tensor, now: Tensor): Tensor =>
  add(scale(running, NORM_MOMENTUM), scale(now, 1 - NORM_MOMENTUM));

/** Glorot & Bengio 2010: signals keep their strength on the way forward and back. */
const glorot = (fanIn: number, fanOut: number): { limit: number } => ({
  limit: Math.sqrt(6 / (fanIn + fanOut)),
});

function windowOver(x: Tensor, { kernel, stride }: { kernel: Size2; stride: Size2 }): Window {
  const size: Size2 = [x.dims[2], x.dims[3]];
  return { kernel, stride, pads: samePadding(size, kernel, stride) };
}
