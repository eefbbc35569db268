import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
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
  if (provider === 'webgpu' && platform === 'linux' && !hasVulkanDriver()) {
    return 'WebGPU needs a Vulkan driver on Linux, and none is installed.';
  }
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

/** Looks where Vulkan's loader looks; without a driver it would only write warnings. */
export function hasVulkanDriver(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || env.VK_ADD_DRIVER_FILES) return true;
  const home = env.HOME ?? homedir();
  const folders = [
    env.XDG_CONFIG_HOME || join(home, '.config'),
    ...(env.XDG_CONFIG_DIRS || '/etc/xdg').split(delimiter),
    '/etc',
    env.XDG_DATA_HOME || join(home, '.local/share'),
    ...(env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(delimiter),
    '/run/opengl-driver/share', // NixOS
  ];
  return folders.some((folder) => holdsFiles(join(folder, 'vulkan/icd.d')));
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.json'));
  } catch {
    return false;
  }
}
