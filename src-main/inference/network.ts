import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../base/errors.ts';
import { createLocalSession } from './local-session.ts';
import { checkExternalData } from './onnx/external-data.ts';
import { withFloat32Borders, withOutputs } from './onnx/edit.ts';
import { layerNormOutputs } from './onnx/layer-norms.ts';
import { parseModel, writeModel } from './onnx/model.ts';
import type { Model } from './onnx/model.ts';
import { withPooledOutput } from './onnx/pooling.ts';
import type { TokenPooling } from './onnx/pooling.ts';
import { trialFeeds } from './trial-feeds.ts';

/** The output that `innerOutput` adds: [batch, tokens, dims], float32. */
export const INNER_OUTPUT = 'earshot_tokens';
/** The output that `pooled` adds: [batch, dims], float32. */
export const POOLED_OUTPUT = 'earshot_pooled';

/** An ONNX file and what is to be read from it. */
export interface NetworkFile {
  /** Absolute. */
  path: string;
  sha256?: string;
  /** Makes the tokens after the last layer norm over `dims` values an output, `INNER_OUTPUT`. */
  innerOutput?: { find: 'last-layer-norm'; dims: number };
  /** Makes the pooled tokens of an output (`INNER_OUTPUT` too) an output, `POOLED_OUTPUT`. */
  pooled?: { tensor: string; tokens: TokenPooling };
  /** Sizes of inputs for a trial run on a device; free ones are 1 where nothing is said. */
  trialDims?: Record<string, number[]>;
}

/** Where ONNX Runtime and protobuf end. */
const MAX_BYTES = 2 ** 31 - 1;

/** What a session is made of. */
export interface PreparedNetwork {
  bytes: Uint8Array;
  /** Weights lie in other files of the folder. */
  hasExternalData: boolean;
}

/**
 * Reads a file, checks it and adds the outputs that are asked for.
 * @throws AppError `file-missing` or `model-invalid`
 */
export async function prepareNetwork(network: NetworkFile): Promise<PreparedNetwork> {
  const bytes = await readNetwork(network.path);
  const read = parseModel(bytes);
  const hasExternalData = checkExternalData(read, dirname(network.path));
  let model = withFloat32Borders(read);
  if (network.innerOutput) model = await withTokens(model, network, network.innerOutput.dims);
  if (network.pooled) {
    const { tensor, tokens } = network.pooled;
    model = withPooledOutput(model, tensor, tokens, POOLED_OUTPUT);
  }
  return { bytes: model === read ? bytes : writeModel(model), hasExternalData };
}

async function readNetwork(path: string): Promise<Uint8Array> {
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch {
    throw new AppError('file-missing', `The file of the network is not there: ${path}.`);
  }
  if (size > MAX_BYTES) {
    throw new AppError(
      'model-invalid',
      'This network is larger than 2 GB, more than one file can hold.',
    );
  }
  return readFile(path);
}

/** Of all layer norms over `dims` values, the last one whose output has three axes: batch, tokens, dims. */
async function withTokens(model: Model, network: NetworkFile, dims: number): Promise<Model> {
  const norms = layerNormOutputs(model, dims);
  const known = norms.map((name) => rankOf(model, name));
  // Few exporters write the shapes of inner tensors.
  const ranks = known.includes(null) ? await findRanks(model, norms, network) : known;
  const last = norms.findLast((_, i) => ranks[i] === 3);
  if (last !== undefined) return withOutputs(model, new Map([[last, INNER_OUTPUT]]));
  throw new AppError(
    'model-invalid',
    norms.length === 0
      ? `No layer norm over ${dims} values was found in this network, so that its tokens cannot be read.`
      : `None of the ${norms.length} layer norms of this network gives tokens of ${dims} values.`,
  );
}

const rankOf = ({ graph }: Model, name: string): number | null =>
  graph.valueInfos.find((info) => info.name === name)?.type?.shape?.length ?? null;

/** As ONNX Runtime works them out beforehand or, where the shapes are computed, while it runs. */
async function findRanks(model: Model, tensors: string[], network: NetworkFile): Promise<number[]> {
  const names = tensors.map((_, i) => `${INNER_OUTPUT}/${i}`);
  const outputs = new Map(tensors.map((tensor, i) => [tensor, names[i]]));
  const session = await createLocalSession(writeModel(withOutputs(model, outputs)), 'cpu', {
    optimise: 'none',
    weightsFolder: dirname(network.path),
  });
  try {
    const shapes = new Map(session.outputs.map(({ name, shape }) => [name, shape.length]));
    const ranks = names.map((name) => shapes.get(name) ?? 0);
    if (!ranks.includes(0)) return ranks;
    const computed = await session.run(trialFeeds(session, network.trialDims), names);
    return names.map((name) => computed[name].dims.length);
  } finally {
    await session.release();
  }
}
