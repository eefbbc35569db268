import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Provider } from './contract.ts';

/**
 * Why a provider cannot work on this system, in a sentence, known without starting anything; null where
 * only a test can tell.
 */
export function reasonAgainst(
  provider: Provider,
  { platform, arch }: { platform: string; arch: string } = process,
): string | null {
  if (provider === 'dml' && platform !== 'win32') return 'DirectML is part of Windows.';
  if (provider === 'coreml' && platform !== 'darwin') return 'Core ML is part of macOS.';
  if (provider !== 'cuda') return null;
  if (platform !== 'linux' || arch !== 'x64') {
    return 'ONNX Runtime has CUDA on Linux with x64 processors only.';
  }
  if (hasCudaLibrary()) return null;
  return 'ONNX Runtime’s CUDA library is not installed. With an NVIDIA card, `npm run set-up:cuda` gets it.';
}

function hasCudaLibrary(): boolean {
  try {
    const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    const folder = join(dirname(file), 'bin', 'napi-v6', process.platform, process.arch);
    return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
  } catch {
    return false;
  }
}
