import { expect, it } from 'vitest';
import type { Provider } from './contract.ts';
import { fromOrtError } from './ort-errors.ts';

/** As ONNX Runtime 1.30 said them. */
it.each<[Provider, string, string]>([
  [
    'webgpu',
    'unavailable',
    'x.cc:136 adapter_result.status was false. Failed to get a WebGPU adapter: No supported adapters',
  ],
  [
    'cuda',
    'unavailable',
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  ],
  ['dml', 'unavailable', 'no available backend found. ERR: [dml] backend not found.'],
  [
    'cuda',
    'out-of-memory',
    'bfc_arena.cc:376 Available memory of 1 is smaller than requested bytes of 2: Failed to allocate memory for requested buffer of size 2',
  ],
  ['cpu', 'out-of-memory', '[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc'],
  ['cpu', 'model-invalid', 'Load model from x.onnx failed:Protobuf parsing failed.'],
  [
    'cpu',
    'model-invalid',
    '[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Got invalid dimensions for input: x for the following indices',
  ],
  ['cpu', 'model-invalid', 'A dimension cannot be less than -1, got -3180667236830'],
  ['webgpu', 'internal', 'something new'],
])('on %s gives %s', (provider, code, text) => {
  expect(fromOrtError(new Error(text), provider).code).toBe(code);
});

it('keeps what was said, without the place in the sources and without control characters', () => {
  const text = 'x.cc:136 a == b was false. Failed to get a WebGPU adapter: \x1b[2JNo\nat line 7';
  expect(fromOrtError(new Error(text), 'webgpu').message).toBe(
    'There is no graphics driver that WebGPU can use. (Failed to get a WebGPU adapter: \ufffd[2JNo)',
  );
});
