import type { Tags } from './tags.ts';

/** What the tags process is asked. Paths are absolute, as bytes. */
export type TagsWorkerTable = {
  /** News: the tags of one file, by its place in the input, in whatever order they are read. */
  readTags: { input: Uint8Array[]; news: { index: number; tags: Tags }; output: null };
  readPicture: { input: Uint8Array; news: never; output: Uint8Array | null };
};
