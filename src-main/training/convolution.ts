import { sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** Height and width. */
export type Size2 = readonly [number, number];

export interface Window {
  kernel: Size2;
  stride: Size2;
  /** Top, left, bottom, right. */
  pads: readonly [number, number, number, number];
}

/** Padding that makes the output as large as the input divided by the stride, rounded up. */
export function samePadding(input: Size2, kernel: Size2, stride: Size2): Window['pads'] {
  const total = [0, 1].map((axis) => {
    const steps = Math.ceil(input[axis] / stride[axis]);
    return Math.max(0, (steps - 1) * stride[axis] + kernel[axis] - input[axis]);
  });
  const before = total.map((pad) => Math.floor(pad / 2));
  return [before[0], before[1], total[0] - before[0], total[1] - before[1]];
}

/** Steps that a window makes over an input. */
export const windowSteps = (input: Size2, { kernel, stride, pads }: Window): Size2 => {
  const steps = (axis: 0 | 1): number =>
    Math.floor((input[axis] + pads[axis] + pads[axis + 2] - kernel[axis]) / stride[axis]) + 1;
  return [steps(0), steps(1)];
};

/**
 * Convolves images [n, channels, h, w] with filters [filters, channels, kh, kw] and adds one bias per
 * filter. The gradient of the images is the transposed convolution; that of the filters is a convolution
 * of the images with the gradient, batch and channels swapped, dilated by the stride.
 */
export function convolve(x: Tensor, filters: Tensor, bias: Tensor, window: Window): Tensor {
  const { trace } = x;
  const [n, , ...size] = x.dims;
  const [h, w] = windowSteps(size as unknown as Size2, window);
  const y = trace.node('Conv', [x, filters, bias], [n, filters.dims[0], h, w], geometry(window));
  return trace.record(y, [x, filters, bias], (g) => [
    () => spread(g, filters, x.dims, window),
    () => filterGradient(x, g, filters.dims, window),
    () => perChannel(g),
  ]);
}

/**
 * The way back: images [n, channels, h, w] are spread by filters [channels, filters, kh, kw] to the given
 * size, which a convolution with the same window would take to [h, w].
 */
export function convolveTransposed(
  x: Tensor,
  filters: Tensor,
  bias: Tensor,
  window: Window,
  size: Size2,
): Tensor {
  const { trace } = x;
  const dims = [x.dims[0], filters.dims[1], ...size];
  const y = spread(x, filters, dims, window, bias);
  return trace.record(y, [x, filters, bias], (g) => [
    () => trace.node('Conv', [g, filters], x.dims, geometry(window)),
    () => filterGradient(g, x, filters.dims, window),
    () => perChannel(g),
  ]);
}

/** The largest value under each window. The gradient goes to where it was found. */
export function maxPool(x: Tensor, window: Window): Tensor {
  const { trace } = x;
  const [n, channels, ...size] = x.dims;
  const dims = [n, channels, ...windowSteps(size as unknown as Size2, window)];
  const [name, places] = trace.graph.node('MaxPool', [x.name], geometry(window), 2);
  const y = { trace, name, dims };
  const scatter = (g: Tensor): Tensor => {
    const count = sizeOf(x.dims);
    const flat = (tensor: Tensor | string): Tensor =>
      trace.node('Reshape', [tensor, trace.integers([-1])], [sizeOf(dims)]);
    const zeros = trace.node('Expand', [trace.scalar(0), trace.integers([count])], [count]);
    const inputs = [zeros, flat(places), flat(g)];
    const spreadOut = trace.node('ScatterElements', inputs, [count], { reduction: 'add' });
    return trace.node('Reshape', [spreadOut, trace.integers(x.dims)], x.dims);
  };
  return trace.record(y, [x], (g) => [() => scatter(g)]);
}

function spread(
  x: Tensor,
  filters: Tensor,
  dims: readonly number[],
  window: Window,
  bias?: Tensor,
): Tensor {
  const { kernel, stride, pads } = window;
  const missing = [0, 1].map(
    (axis) =>
      dims[axis + 2] -
      ((x.dims[axis + 2] - 1) * stride[axis] + kernel[axis] - pads[axis] - pads[axis + 2]),
  );
  const inputs = bias ? [x, filters, bias] : [x, filters];
  const attributes = { ...geometry(window), output_padding: missing };
  return x.trace.node('ConvTranspose', inputs, dims, attributes);
}

/** A matrix product of fewer columns reads more than it computes: shifts of few channels share one. */
const LEAST_COLUMNS = 16;

/**
 * The gradient of the filters as one matrix product: the larger images, shifted to every place of the
 * kernel and thinned out by the stride, meet the smaller ones over all images and places.
 * @returns [channels of `small`, channels of `large`, kh, kw]
 */
function filterGradient(
  large: Tensor,
  small: Tensor,
  dims: readonly number[],
  window: Window,
): Tensor {
  const { trace } = large;
  const { kernel, stride, pads } = window;
  const [h, w] = small.dims.slice(2);
  const channels = large.dims[1];
  const [images, places] = [large.dims[0], large.dims[0] * h * w];
  // So that every shift finds what it looks for, and none more.
  const missing = [0, 1].map(
    (axis) =>
      (small.dims[axis + 2] - 1) * stride[axis] + kernel[axis] - large.dims[axis + 2] - pads[axis],
  );
  const around = [0, 0, pads[0], pads[1], 0, 0, missing[0], missing[1]];
  const padded = trace.node(
    'Pad',
    [swapFirstAxes(large), trace.integers(around)],
    [channels, images, 0, 0],
  );
  const flat = trace.node(
    'Reshape',
    [swapFirstAxes(small), trace.integers([dims[0], places])],
    [dims[0], places],
  );
  const shift = (at: number): Tensor => {
    const start = [Math.floor(at / kernel[1]), at % kernel[1]];
    const end = [start[0] + (h - 1) * stride[0] + 1, start[1] + (w - 1) * stride[1] + 1];
    const slice = trace.node(
      'Slice',
      [padded, ...[start, end, [2, 3], stride].map((list) => trace.integers(list))],
      [channels, images, h, w],
    );
    return trace.node('Reshape', [slice, trace.integers([channels, places])], [channels, places]);
  };
  const shifts = Array.from({ length: kernel[0] * kernel[1] }, (_, at) => shift(at));
  const together = Math.ceil(LEAST_COLUMNS / channels);
  const products: Tensor[] = [];
  for (let at = 0; at < shifts.length; at += together) {
    const some = shifts.slice(at, at + together);
    const rows = some.length * channels;
    const joined =
      some.length === 1 ? some[0] : trace.node('Concat', some, [rows, places], { axis: 0 });
    products.push(trace.node('Gemm', [flat, joined], [dims[0], rows], { transB: 1 }));
  }
  const all = trace.node('Concat', products, [dims[0], shifts.length * channels], { axis: 1 });
  const split = [dims[0], ...kernel, channels];
  const parts = trace.node('Reshape', [all, trace.integers(split)], split);
  return trace.node('Transpose', [parts], dims, { perm: [0, 3, 1, 2] });
}

function swapFirstAxes(x: Tensor): Tensor {
  const [a, b, c, d] = x.dims;
  return x.trace.node('Transpose', [x], [b, a, c, d], { perm: [1, 0, 2, 3] });
}

function perChannel(g: Tensor): Tensor {
  return g.trace.node('ReduceSum', [g, g.trace.integers([0, 2, 3])], [g.dims[1]], { keepdims: 0 });
}

const geometry = ({ kernel, stride, pads }: Window) => ({
  kernel_shape: [...kernel],
  strides: [...stride],
  pads: [...pads],
});
