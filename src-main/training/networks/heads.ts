import type { Layer } from '../layers.ts';

/** A one-hidden-layer network or a small convolutional one. */
export type NetworkKind = 'mlp' | 'cnn';

export interface HeadOptions {
  hiddenUnits: number;
  filters: number;
  /** Strength of the penalty on the first weights of the one-hidden-layer network. */
  l2: number;
  /** Part of the hidden units left out at random while training. */
  dropout: number;
}

/** Images are no lower than this after pooling. */
const POOLED_BLOCKS = 3;

/**
 * The layers that sort an example of `shape` ([values] or [rows, columns]) into classes. A vector is an
 * image of one row to the convolutional network.
 */
export function headLayers(
  kind: NetworkKind,
  shape: readonly number[],
  classes: number,
  options: HeadOptions,
): Layer[] {
  const { hiddenUnits, l2, dropout } = options;
  const end: Layer[] = [
    { kind: 'relu' },
    { kind: 'dropout', rate: dropout },
    { kind: 'dense', units: classes },
  ];
  if (kind === 'mlp') return [{ kind: 'dense', units: hiddenUnits, l2 }, ...end];
  const [height, width] = shape.length === 1 ? [1, shape[0]] : shape;
  const blocks = Array.from({ length: POOLED_BLOCKS }, () => pooledBlock(height, options.filters));
  return [
    { kind: 'reshape', dims: [1, height, width] },
    ...blocks.flat(),
    { kind: 'dense', units: hiddenUnits },
    ...end,
  ];
}

function pooledBlock(height: number, filters: number): Layer[] {
  const tall = height > 1;
  return [
    { kind: 'conv', filters, kernel: [tall ? 3 : 1, 3], stride: [1, 1] },
    { kind: 'relu' },
    { kind: 'maxPool', kernel: [tall ? 3 : 1, 3], stride: [tall ? 2 : 1, 2] },
    { kind: 'batchNorm' },
  ];
}
