import { sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** Operators with their gradients. Shapes broadcast as in numpy where two tensors meet. */

export const add = (a: Tensor, b: Tensor): Tensor =>
  a.trace.record(pair('Add', a, b), [a, b], (g) => [
    () => sumTo(g, a.dims),
    () => sumTo(g, b.dims),
  ]);

export const subtract = (a: Tensor, b: Tensor): Tensor =>
  a.trace.record(pair('Sub', a, b), [a, b], (g) => [
    () => sumTo(g, a.dims),
    () => sumTo(unary('Neg', g), b.dims),
  ]);

export const multiply = (a: Tensor, b: Tensor): Tensor =>
  a.trace.record(pair('Mul', a, b), [a, b], (g) => [
    () => sumTo(pair('Mul', g, b), a.dims),
    () => sumTo(pair('Mul', g, a), b.dims),
  ]);

export const scale = (a: Tensor, factor: number): Tensor => multiply(a, a.trace.scalar(factor));

/** Every value but the negative ones, which become zero. */
export function relu(x: Tensor): Tensor {
  const { trace, dims } = x;
  const y = unary('Relu', x);
  const zero = trace.scalar(0);
  return trace.record(y, [x], (g) => [
    () => trace.node('Where', [pair('Greater', y, zero), g, zero], dims),
  ]);
}

export function sigmoid(x: Tensor): Tensor {
  const y = unary('Sigmoid', x);
  const one = x.trace.scalar(1);
  return x.trace.record(y, [x], (g) => [() => pair('Mul', g, pair('Mul', y, pair('Sub', one, y)))]);
}

/** ln(1 + e^x). */
export function softplus(x: Tensor): Tensor {
  const y = unary('Softplus', x);
  return x.trace.record(y, [x], (g) => [() => pair('Mul', g, unary('Sigmoid', x))]);
}

/** Powers that are no whole number need positive values. */
export function power(x: Tensor, exponent: number): Tensor {
  const { trace } = x;
  const y = pair('Pow', x, trace.scalar(exponent));
  const slope = (): Tensor =>
    pair('Mul', trace.scalar(exponent), pair('Pow', x, trace.scalar(exponent - 1)));
  return trace.record(y, [x], (g) => [() => pair('Mul', g, slope())]);
}

/** Sums over some axes, which stay with length 1; without axes over everything, to a single number. */
export function sum(x: Tensor, axes?: readonly number[]): Tensor {
  const { trace } = x;
  const y = axes
    ? trace.node('ReduceSum', [x, trace.integers(axes)], keptDims(x.dims, axes), { keepdims: 1 })
    : trace.node('ReduceSum', [x], [], { keepdims: 0 });
  return trace.record(y, [x], (g) => [
    () => trace.node('Expand', [g, trace.integers(x.dims)], x.dims),
  ]);
}

export function mean(x: Tensor, axes?: readonly number[]): Tensor {
  const total = sum(x, axes);
  return scale(total, sizeOf(total.dims) / sizeOf(x.dims));
}

export function reshape(x: Tensor, dims: readonly number[]): Tensor {
  const { trace } = x;
  const to = (tensor: Tensor, shape: readonly number[]): Tensor =>
    trace.node('Reshape', [tensor, trace.integers(shape)], shape);
  return trace.record(to(x, dims), [x], (g) => [() => to(g, x.dims)]);
}

/** The product of two matrices: [m, k] × [k, n], either of them turned over first. */
export function matmul(a: Tensor, b: Tensor, { turnA = false, turnB = false } = {}): Tensor {
  const y = gemm(a, b, turnA, turnB);
  return a.trace.record(y, [a, b], (g) => [
    () => (turnA ? gemm(b, g, turnB, true) : gemm(g, b, false, !turnB)),
    () => (turnB ? gemm(g, a, true, turnA) : gemm(a, g, !turnA, false)),
  ]);
}

function gemm(a: Tensor, b: Tensor, turnA: boolean, turnB: boolean): Tensor {
  const dims = [a.dims[turnA ? 1 : 0], b.dims[turnB ? 0 : 1]];
  return a.trace.node('Gemm', [a, b], dims, { transA: Number(turnA), transB: Number(turnB) });
}

const unary = (operator: string, x: Tensor): Tensor => x.trace.node(operator, [x], x.dims);

const pair = (operator: string, a: Tensor, b: Tensor): Tensor =>
  a.trace.node(operator, [a, b], broadcast(a.dims, b.dims));

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) =>
    Math.max(a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1),
  );
}

/** Adds up what broadcasting had spread out. */
function sumTo(gradient: Tensor, dims: readonly number[]): Tensor {
  const { trace } = gradient;
  const lead = gradient.dims.length - dims.length;
  const axes = gradient.dims.flatMap((d, axis) =>
    axis < lead || (dims[axis - lead] === 1 && d !== 1) ? [axis] : [],
  );
  const summed =
    axes.length === 0
      ? gradient
      : trace.node('ReduceSum', [gradient, trace.integers(axes)], keptDims(gradient.dims, axes), {
          keepdims: 1,
        });
  const isShaped = summed.dims.join() === dims.join() && summed.dims.length === dims.length;
  return isShaped ? summed : trace.node('Reshape', [summed, trace.integers(dims)], dims);
}

const keptDims = (dims: readonly number[], axes: readonly number[]): number[] =>
  dims.map((d, axis) => (axes.includes(axis) ? 1 : d));
