import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasVulkanDriver, reasonAgainst } from './provider-support.ts';

it('knows what belongs to other systems', () => {
  const windows = { platform: 'win32', arch: 'x64' };
  const mac = { platform: 'darwin', arch: 'arm64' };
  expect(reasonAgainst('dml', windows)).toBeNull();
  expect(reasonAgainst('dml', mac)).toBe('DirectML is part of Windows.');
  expect(reasonAgainst('coreml', mac)).toBeNull();
  expect(reasonAgainst('coreml', windows)).toBe('Core ML is part of macOS.');
  expect(reasonAgainst('cuda', windows)).toMatch(/^ONNX Runtime has CUDA on Linux/);
  expect(reasonAgainst('webgpu', windows)).toBeNull();
  expect(reasonAgainst('cpu', mac)).toBeNull();
});

it.runIf(process.platform === 'linux')('finds Vulkan drivers where its loader does', () => {
  const home = mkdtempSync(join(tmpdir(), 'earshot-vulkan-'));
  expect(hasVulkanDriver({ VK_ICD_FILENAMES: '/driver.json' })).toBe(true);
  const folder = join(home, 'data/vulkan/icd.d');
  const env = { HOME: home, XDG_DATA_DIRS: join(home, 'data') };
  const before = hasVulkanDriver(env); // There may be one of the whole system.
  mkdirSync(folder, { recursive: true });
  expect(hasVulkanDriver(env)).toBe(before);
  writeFileSync(join(folder, 'some_icd.json'), '{}');
  expect(hasVulkanDriver(env)).toBe(true);
  rmSync(home, { recursive: true });
});
