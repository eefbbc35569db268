import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** ONNX Runtime's binding. Only processes that may die load it. */
export type Ort = typeof import('onnxruntime-node');

let loaded: Promise<Ort> | null = null;

export function loadOrt(): Promise<Ort> {
  // ONNX Runtime 1.30 cannot make half-precision tensors where this is there (Node 24, Electron 45):
  // "not enough space: expected 32768, got 0". Without it, it takes and gives Uint16Array.
  delete (globalThis as { Float16Array?: unknown }).Float16Array;
  return (loaded ??= import('onnxruntime-node'));
}

/** Such as `1.30.0`, without loading it; null where it is not installed. */
export function ortVersion(): string | null {
  try {
    const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}
