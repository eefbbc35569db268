import { add } from './operators.ts';
import { Scope } from './scope.ts';
import type { DropoutMask, RandomNumbers } from './scope.ts';
import { sizeOf } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** The numbers that a network consists of. */
export interface Weights {
  parameters: Float32Array;
  /** Followed while training (batch normalisation); not changed by descent. */
  statistics: Float32Array;
}

/** A composed network. Its inputs `parameters` and `statistics` are the weights, in the order of the layers. */
export interface Composition {
  /** An ONNX model. */
  bytes: Uint8Array;
  parameterCount: number;
  statisticCount: number;
  /** Dimensions by name. */
  inputs: Record<string, readonly number[]>;
  outputs: readonly string[];
  masks: readonly DropoutMask[];
  begin(random: RandomNumbers): Weights;
}

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export const adamBetas = [ADAM.beta1, ADAM.beta2] as const;

type Inputs = Record<string, readonly number[]>;

/** Composes a network that is only run: `build` names its outputs. */
export function composeNetwork(
  inputs: Inputs,
  build: (inputs: Record<string, Tensor>, scope: Scope) => Record<string, Tensor>,
): Composition {
  const scope = new Scope(false);
  return finish(scope, build(declare(scope, inputs), scope));
}

/**
 * Composes one step of training: forward, backward and Adam (Kingma & Ba 2015) as one graph. Outputs are
 * the named ones, `loss` (with the penalties), and `nextParameters`, `nextStatistics`, `nextFirst` and
 * `nextSecond`, which are fed to the next step. `stepSize` and `secondScale` hold what depends on the
 * number of the step.
 */
export function composeTraining(
  inputs: Inputs,
  build: (
    inputs: Record<string, Tensor>,
    scope: Scope,
  ) => { loss: Tensor; outputs?: Record<string, Tensor> },
): Composition {
  const scope = new Scope(true);
  const { loss: own, outputs = {} } = build(declare(scope, inputs), scope);
  const loss = scope.penalties.reduce(add, own);
  const gradient = joined(scope, scope.trace.gradients(loss, scope.parameters.leaves));
  const { newStatistics } = scope;
  return finish(scope, {
    ...outputs,
    loss,
    ...(newStatistics.length > 0 ? { nextStatistics: joined(scope, newStatistics) } : {}),
    ...adam(scope, gradient),
  });
}

function declare(scope: Scope, inputs: Inputs): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, dims]) => [name, scope.trace.input(name, dims)]),
  );
}

function finish(scope: Scope, outputs: Record<string, Tensor>): Composition {
  const { trace, parameters, statistics, masks } = scope;
  trace.input('parameters', [parameters.length]);
  if (statistics.length > 0) trace.input('statistics', [statistics.length]);
  for (const [name, tensor] of Object.entries(outputs)) trace.output(name, tensor);
  return {
    bytes: trace.graph.bytes(),
    parameterCount: parameters.length,
    statisticCount: statistics.length,
    inputs: trace.inputs,
    outputs: Object.keys(outputs),
    masks,
    begin: (random) => ({
      parameters: parameters.begin(random),
      statistics: statistics.begin(random),
    }),
  };
}

/** Tensors one after another as one vector, in the order of the parameters. */
function joined(scope: Scope, tensors: readonly Tensor[]): Tensor {
  const { trace } = scope;
  const flat = tensors.map((tensor) => {
    const size = sizeOf(tensor.dims);
    return trace.node('Reshape', [tensor, trace.integers([size])], [size]);
  });
  const length = flat.reduce((total, { dims }) => total + dims[0], 0);
  return trace.node('Concat', flat, [length], { axis: 0 });
}

function adam({ trace }: Scope, gradient: Tensor): Record<string, Tensor> {
  const { dims } = gradient;
  const op = (name: string, ...inputs: (Tensor | string)[]): Tensor =>
    trace.node(name, inputs, dims);
  const blend = (before: Tensor, now: Tensor, beta: number): Tensor =>
    op('Add', op('Mul', before, trace.scalar(beta)), op('Mul', now, trace.scalar(1 - beta)));
  const [stepSize, secondScale] = [trace.input('stepSize', []), trace.input('secondScale', [])];
  const nextFirst = blend(trace.input('first', dims), gradient, ADAM.beta1);
  const squared = op('Mul', gradient, gradient);
  const nextSecond = blend(trace.input('second', dims), squared, ADAM.beta2);
  const root = op('Sqrt', op('Mul', nextSecond, secondScale));
  const change = op('Div', nextFirst, op('Add', root, trace.scalar(ADAM.epsilon)));
  const nextParameters = op('Sub', 'parameters', op('Mul', change, stepSize));
  return { nextFirst, nextSecond, nextParameters };
}
