/** Entry of the tags process: registration only. Hostile tags can keep a parser busy for hours; it may be ended. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { readPicture, readTags } from './tags.ts';
import type { TagsWorkerTable } from './worker-table.ts';

/** How many files are open at once; more only wait for each other. */
const READERS = 8;

serveWorkerCalls<TagsWorkerTable>({
  readTags: async (paths, sendNews) => {
    const waiting = paths.entries();
    await Promise.all(
      Array.from({ length: READERS }, async () => {
        for (const [index, path] of waiting) {
          sendNews({ index, tags: await readTags(Buffer.from(path)) });
        }
      }),
    );
    return null;
  },
  readPicture: (path) => readPicture(Buffer.from(path)),
});
