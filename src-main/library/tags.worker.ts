/** Entry of the tags process: registration only. Hostile tags can keep a parser busy for hours; it may be ended. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { readPicture, readTags } from './tags.ts';
import type { TagSource, TagsWorkerTable } from './worker-table.ts';

/** How many files are open at once; more only wait for each other. */
const READERS = 8;

serveWorkerCalls<TagsWorkerTable>({
  readTags: async (files, sendNews) => {
    const waiting = files.entries();
    await Promise.all(
      Array.from({ length: READERS }, async () => {
        for (const [index, file] of waiting) sendNews({ index, tags: await tagsOf(file) });
      }),
    );
    return null;
  },
  readPicture: (path) => readPicture(Buffer.from(path)),
});

const tagsOf = ({ absolute, relative }: TagSource): ReturnType<typeof readTags> =>
  readTags(Buffer.from(absolute), Buffer.from(relative));
