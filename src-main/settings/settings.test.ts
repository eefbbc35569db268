import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../base/log.ts';
import { settingsPatch } from './contract.ts';
import { createSettings } from './room.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'earshot-settings-'));
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));
const log = createLog('error');

test('settings are kept, and say when they change', () => {
  const first = createSettings({ dataFolder, log });
  const heard: string[] = [];
  first.events.on('settings.changed', ({ theme }) => heard.push(theme));
  first.update({ theme: 'dark' });
  expect(heard).toEqual(['dark']);
  expect(createSettings({ dataFolder, log }).current().theme).toBe('dark');
});

test('a broken file is set aside and the defaults are taken', () => {
  writeFileSync(join(dataFolder, 'settings.json'), '{"theme": 7');
  expect(createSettings({ dataFolder, log }).current().theme).toBe('system');
  const aside = readdirSync(dataFolder).find((name) => name.includes('broken'))!;
  expect(readFileSync(join(dataFolder, aside), 'utf8')).toBe('{"theme": 7');
});

test('a window cannot name a program to run', () => {
  expect(settingsPatch.parse({ theme: 'light', ffmpegPath: '/tmp/evil' })).toEqual({
    theme: 'light',
  });
});

test('what holds for this run only is not kept', () => {
  const room = createSettings({ dataFolder, log });
  room.override({ maxProcesses: 3 });
  room.update({ watchFolders: false });
  expect(room.current()).toMatchObject({ maxProcesses: 3, watchFolders: false });
  const later = createSettings({ dataFolder, log }).current();
  expect(later).toMatchObject({ maxProcesses: null, watchFolders: false });
});
