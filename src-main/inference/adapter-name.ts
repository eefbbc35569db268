import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Provider } from './contract.ts';

const VENDORS: Record<string, string> = {
  '0x10de': 'NVIDIA graphics',
  '0x1002': 'AMD graphics',
  '0x8086': 'Intel graphics',
  '0x1af4': 'a virtual machine’s graphics',
};
const NVIDIA = '/proc/driver/nvidia/gpus';
const CARDS = '/sys/class/drm';

/** What the system calls the device behind a provider; null where it does not say. Never throws. */
export async function adapterName(provider: Provider): Promise<string | null> {
  if (provider === 'cpu') return cpus()[0]?.model.trim() ?? null;
  try {
    const names = await graphicsNames();
    return names.length > 0 ? [...new Set(names)].join(', ') : null;
  } catch {
    return null;
  }
}

/** ONNX Runtime does not tell the name of the adapter it chose, so all that there are are named. */
async function graphicsNames(): Promise<string[]> {
  if (process.platform === 'win32') {
    const script = '(Get-CimInstance Win32_VideoController).Name';
    return lines(await ask('powershell', ['-NoProfile', '-Command', script]));
  }
  if (process.platform === 'darwin') {
    const text = await ask('system_profiler', ['SPDisplaysDataType']);
    return [...text.matchAll(/Chipset Model: (.+)/g)].map((match) => match[1].trim());
  }
  const forced = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (forced) return [`Vulkan driver ${basename(forced, '.json')}`];
  const nvidia = await nvidiaNames();
  return nvidia.length > 0 ? nvidia : cardVendors();
}

async function ask(program: string, args: string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { timeout: 10_000 })).stdout;
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

async function nvidiaNames(): Promise<string[]> {
  const gpus = await readdir(NVIDIA).catch(() => []);
  const texts = await Promise.all(
    gpus.map((gpu) => readFile(join(NVIDIA, gpu, 'information'), 'utf8')),
  );
  return texts.flatMap((text) => /Model:\s*(.+)/.exec(text)?.[1].trim() ?? []);
}

async function cardVendors(): Promise<string[]> {
  const cards = (await readdir(CARDS)).filter((name) => /^card\d+$/.test(name));
  const vendors = await Promise.all(
    cards.map((card) => readFile(join(CARDS, card, 'device/vendor'), 'utf8').catch(() => '')),
  );
  return vendors.flatMap((vendor) => VENDORS[vendor.trim()] ?? []);
}
