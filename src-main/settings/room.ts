import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../base/contract.ts';
import { Emitter } from '../base/events.ts';
import type { Log } from '../base/log.ts';
import { settings as schema } from './contract.ts';
import type { Settings, settingsCalls, SettingsEvents } from './contract.ts';

/** What the user chose, in `settings.json` of the data folder. */
export interface SettingsRoom {
  calls: Handlers<typeof settingsCalls>;
  events: Emitter<SettingsEvents>;
  current(): Settings;
  update(patch: Partial<Settings>): Settings;
  /** Holds for as long as the program runs, and is not kept. */
  override(patch: Partial<Settings>): void;
}

export function createSettings({
  dataFolder,
  log,
}: {
  dataFolder: string;
  log: Log;
}): SettingsRoom {
  const events = new Emitter<SettingsEvents>();
  const file = join(dataFolder, 'settings.json');
  let kept = read(file, log);
  let overrides: Partial<Settings> = {};
  const current = (): Settings => ({ ...kept, ...overrides });

  function update(patch: Partial<Settings>): Settings {
    kept = schema.parse({ ...kept, ...patch });
    write(file, kept);
    events.emit('settings.changed', current());
    return current();
  }

  return {
    events,
    current,
    update,
    override: (patch) => {
      overrides = { ...overrides, ...patch };
      events.emit('settings.changed', current());
    },
    calls: { 'settings.get': current, 'settings.update': update },
  };
}

/** A file that cannot be understood is set aside, not overwritten. */
function read(file: string, log: Log): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return schema.parse({});
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    const aside = `${file}.broken-${Date.now()}`;
    renameSync(file, aside);
    log.warn(`The settings could not be read and were set aside as ${aside}.`);
    return schema.parse({});
  }
}

/** Written beside and renamed, so that a full disk or a crash leaves the old ones. */
function write(file: string, settings: Settings): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const beside = `${file}.part`;
  writeFileSync(beside, `${JSON.stringify(settings, null, 2)}\n`);
  renameSync(beside, file);
}
