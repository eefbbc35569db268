import type { InputTensor, LocalSession } from './local-session.ts';

/** Zeros for every input of a network; free sizes are 1 where `dims` says nothing. */
export function trialFeeds(
  { inputs }: Pick<LocalSession, 'inputs'>,
  dims: Record<string, number[]> = {},
): Record<string, InputTensor> {
  const feeds = inputs.map(({ name, element, shape }): [string, InputTensor] => {
    const sizes = dims[name] ?? shape.map((dim) => (typeof dim === 'number' ? dim : 1));
    const count = sizes.reduce((product, dim) => product * dim, 1);
    if (element === 'int64') return [name, { dims: sizes, data: new BigInt64Array(count) }];
    if (element === 'int32') return [name, { dims: sizes, data: new Int32Array(count) }];
    return [name, { dims: sizes, data: new Float32Array(count) }];
  });
  return Object.fromEntries(feeds);
}
