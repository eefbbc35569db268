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

/** @param x the larger images, @param g the smaller ones; the answer has the filters' dimensions */
function filterGradient(x: Tensor, g: Tensor, dims: readonly number[], window: Window): Tensor {
  const { trace } = x;
  const { stride, pads } = window;
  const [large, small] = [swapFirstAxes(x), swapFirstAxes(g)];
  const found = [0, 1].map(
    (axis) =>
      x.dims[axis + 2] + pads[axis] + pads[axis + 2] - (g.dims[axis + 2] - 1) * stride[axis],
  );
  const inChannels = dims[1];
  const all = trace.node('Conv', [large, small], [inChannels, dims[0], ...found], {
    pads: [...pads],
    dilations: [...stride],
  });
  const isWhole = found[0] === dims[2] && found[1] === dims[3];
  const cropped = isWhole
    ? all
    : trace.node(
        'Slice',
        [all, trace.integers([0, 0]), trace.integers(dims.slice(2)), trace.integers([2, 3])],
        [inChannels, dims[0], dims[2], dims[3]],
      );
  return swapFirstAxes(cropped);
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
