/** Entry of the groups process: registration only. It reads all vectors of a model for each question. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { openForReading } from '../database/room.ts';
import { measureMatrix } from './matrix.ts';
import { openSoundSpace } from './sound-space.ts';
import type { SoundSpace } from './sound-space.ts';
import { measureClasses } from './statistics.ts';
import type { GroupsWorkerTable, SpaceChoice } from './worker-table.ts';

function open({ databasePath, model, scale }: SpaceChoice): SoundSpace {
  const db = openForReading(databasePath);
  try {
    return openSoundSpace(db, model, scale);
  } finally {
    db.close();
  }
}

serveWorkerCalls<GroupsWorkerTable>({
  measureMatrix: async ({ rows, columns, ...choices }) =>
    measureMatrix(open(choices), rows, columns, choices),
  measureClasses: async ({ classes, ...choice }) => measureClasses(open(choice), classes),
});
