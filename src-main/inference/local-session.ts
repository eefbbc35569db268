import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../base/errors.ts';
import type { Provider } from './contract.ts';
import { fromOrtError } from './ort-errors.ts';
import { loadOrt } from './ort.ts';
import type { Ort } from './ort.ts';

/** A tensor, row-major. */
export interface InputTensor {
  dims: number[];
  data: Float32Array | BigInt64Array | Int32Array;
}
export interface OutputTensor {
  dims: number[];
  /** Integers and truth values come as floats too. */
  data: Float32Array;
}

/** An input or output; sizes that are free carry a name, '' where it has none. */
export interface TensorInfo {
  name: string;
  /** Such as `float32` or `int64`. */
  element: string;
  shape: (number | string)[];
}

/** A network that is ready to compute in this process. A run blocks it. */
export interface LocalSession {
  provider: Provider;
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /**
   * Computes the outputs named in `fetches`.
   * @throws AppError `out-of-memory` where a smaller batch may do, `model-invalid` where shapes or names
   * do not fit, `unavailable` or `internal` where the device fails
   */
  run(feeds: Record<string, InputTensor>, fetches: string[]): Promise<Record<string, OutputTensor>>;
  /** Ends profiling where it was asked for; the file is complete then. */
  endProfiling(): void;
  release(): Promise<void>;
}

export interface LocalSessionOptions {
  /** Fails where a single operator would run on the processor instead. Not for `cpu` itself. */
  strict?: boolean;
  /** `none` for a network that was optimised before. */
  optimise?: 'all' | 'none';
  /** Where the optimised network is written. */
  optimisedPath?: string;
  /** Where files with weights lie that the network names. */
  weightsFolder?: string;
  /** Where a record of the operators' devices is written; absolute. */
  profilePrefix?: string;
  /** Threads of the processor; as many as there are cores where it is not given. */
  threads?: number;
  /** Whether threads turn in circles while they wait: quicker alone, a burden beside other work. */
  spin?: boolean;
}

const SILENT = 4;

/**
 * Opens a network on one device; nothing else is tried. The caller's process can be ended by a driver.
 * @param network the bytes of an ONNX file or its path
 * @throws AppError `model-invalid`, `unavailable`, `out-of-memory` or `internal`
 */
export async function createLocalSession(
  network: Uint8Array | string,
  provider: Provider,
  options: LocalSessionOptions = {},
): Promise<LocalSession> {
  try {
    const ort = await loadOrt();
    const settings = sessionOptions(provider, options);
    // The two kinds are overloads, so that one call cannot take either.
    const session =
      typeof network === 'string'
        ? await ort.InferenceSession.create(network, settings)
        : await ort.InferenceSession.create(network, settings);
    return wrap(ort, session, provider);
  } catch (thrown) {
    throw fromOrtError(thrown, provider);
  }
}

function sessionOptions(
  provider: Provider,
  options: LocalSessionOptions,
): InferenceSession.SessionOptions {
  const { strict, optimise, optimisedPath, weightsFolder, profilePrefix, threads, spin } = options;
  const session = {
    ...(spin === false ? { intra_op: { allow_spinning: '0' } } : {}),
    ...(strict && provider !== 'cpu' ? { disable_cpu_ep_fallback: '1' } : {}),
    ...(weightsFolder ? { model_external_initializers_file_folder_path: weightsFolder } : {}),
  };
  return {
    executionProviders: [provider],
    graphOptimizationLevel: optimise === 'none' ? 'disabled' : 'all',
    logSeverityLevel: SILENT,
    extra: { session },
    // DirectML knows neither of the two.
    ...(provider === 'dml' ? { enableMemPattern: false, executionMode: 'sequential' } : {}),
    ...(optimisedPath ? { optimizedModelFilePath: optimisedPath } : {}),
    ...(profilePrefix ? { enableProfiling: true, profileFilePrefix: profilePrefix } : {}),
    ...(threads ? { intraOpNumThreads: threads } : {}),
  };
}

function wrap(ort: Ort, session: InferenceSession, provider: Provider): LocalSession {
  const outputs = session.outputMetadata.map(describe);
  return {
    provider,
    inputs: session.inputMetadata.map(describe),
    outputs,
    run: async (feeds, fetches) => {
      const missing = fetches.find((name) => !outputs.some((output) => output.name === name));
      if (missing !== undefined) {
        const names = outputs.map((output) => output.name).join(', ');
        throw new AppError(
          'model-invalid',
          `This network has no output ${missing}; it has ${names}.`,
        );
      }
      try {
        const tensors = Object.entries(feeds).map(([name, feed]) => [name, toTensor(ort, feed)]);
        const results = await session.run(Object.fromEntries(tensors), fetches);
        return Object.fromEntries(fetches.map((name) => [name, fromTensor(results[name])]));
      } catch (thrown) {
        throw fromOrtError(thrown, provider);
      }
    },
    endProfiling: () => session.endProfiling(),
    release: () => session.release(),
  };
}

function describe(metadata: InferenceSession.ValueMetadata): TensorInfo {
  if (!metadata.isTensor) return { name: metadata.name, element: 'other', shape: [] };
  return { name: metadata.name, element: metadata.type, shape: [...metadata.shape] };
}

function toTensor(ort: Ort, { dims, data }: InputTensor): Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, dims);
  if (data instanceof BigInt64Array) return new ort.Tensor('int64', data, dims);
  return new ort.Tensor('int32', data, dims);
}

function fromTensor(tensor: Tensor): OutputTensor {
  const { data, dims } = tensor;
  if (data instanceof Float32Array) return { dims: [...dims], data };
  if (tensor.type === 'string' || tensor.type === 'float16') {
    throw new AppError('model-invalid', `This network gives ${tensor.type} instead of numbers.`);
  }
  return { dims: [...dims], data: Float32Array.from(data as ArrayLike<number>, Number) };
}
