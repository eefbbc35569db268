import { AppError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { Inference, OutputTensor } from '../inference/room.ts';
import type { ModelTrial } from './contract.ts';
import type { ModelManifest } from './manifest.ts';
import { inputDims, networkOf } from './network.ts';

/** The first run of a network prepares what the later ones use. */
const RUNS = 3;
const WORDS = 8;

/**
 * Opens a network and runs one segment of noise through it: whether its tensors are there, have the shapes
 * that the manifest says, and hold numbers. Nothing is kept.
 * @throws AppError `model-invalid` with what is wrong, or that no device works
 */
export async function tryNetwork(
  inference: Pick<Inference, 'open'>,
  manifest: ModelManifest,
  { variant, path, sha256 }: { variant: string; path: string; sha256: string },
): Promise<ModelTrial> {
  const { file, embedding } = networkOf(manifest, path, sha256);
  const labels = manifest.labels?.output ?? null;
  const session = await inference.open(file);
  try {
    requireInput(session.inputs, manifest.input.name);
    const input = inputDims(manifest, 1);
    const feeds = { [manifest.input.name]: { dims: input, data: noise(input) } };
    const fetches = labels === null ? [embedding] : [embedding, labels];
    let outputs: Record<string, OutputTensor> = {};
    let milliseconds = Infinity;
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      outputs = await session.run(feeds, fetches);
      milliseconds = Math.min(milliseconds, performance.now() - started);
    }
    const { dims } = manifest.embedding;
    requireVector('embedding', outputs[embedding], dims);
    if (labels !== null) requireVector('scores', outputs[labels], manifest.labels!.count);
    const { provider } = session;
    const classes = manifest.labels?.count ?? null;
    return { id: manifest.id, variant, provider, input, dims, classes, milliseconds };
  } finally {
    await session.release();
  }
}

/** The same of a network that turns words into vectors: it is given the first few of its words. */
export async function tryTextNetwork(
  inference: Pick<Inference, 'open'>,
  { text, embedding }: ModelManifest,
  file: { path: string; sha256: string },
): Promise<void> {
  const dims = [1, WORDS];
  const words = {
    input_ids: { dims, data: BigInt64Array.from({ length: WORDS }, (_, i) => BigInt(i)) },
    attention_mask: { dims, data: new BigInt64Array(WORDS).fill(1n) },
  };
  const session = await inference.open({
    ...file,
    trialDims: { input_ids: dims, attention_mask: dims },
  });
  try {
    const taken = Object.entries(words).filter(([name]) => session.inputs.includes(name));
    if (taken.length === 0 || taken.length < session.inputs.length) {
      const message = `The text network takes ${session.inputs.join(', ') || 'nothing'}, where input_ids and attention_mask are known.`;
      throw new AppError('model-invalid', message);
    }
    const { output } = text!;
    const outputs = await session.run(Object.fromEntries(taken), [output]);
    requireVector('vector of words', outputs[output], embedding.dims);
  } finally {
    await session.release();
  }
}

/** Of the size of a normalised spectrogram, the same every time. */
function noise(dims: number[]): Float32Array {
  const random = new Random(1);
  const count = dims.reduce((product, dim) => product * dim, 1);
  return Float32Array.from({ length: count }, () => random.next() - 0.5);
}

function requireInput(inputs: string[], name: string): void {
  if (inputs.length === 1 && inputs[0] === name) return;
  throw new AppError(
    'model-invalid',
    `The network takes ${inputs.join(', ') || 'nothing'}, where model.json says ${name}.`,
  );
}

function requireVector(what: string, { dims, data }: OutputTensor, size: number): void {
  if (dims.length !== 2 || dims[0] !== 1 || dims[1] !== size) {
    throw new AppError(
      'model-invalid',
      `The network gives the ${what} as [${dims.join(', ')}], where model.json says [1, ${size}].`,
    );
  }
  if (data.every(Number.isFinite)) return;
  throw new AppError('model-invalid', `The ${what} of the network are not all numbers.`);
}
