import type { Tags } from './tags.ts';

/** A file whose tags are wanted. Paths are bytes; `relative` is what a file without tags is named by. */
export interface TagSource {
  absolute: Uint8Array;
  relative: Uint8Array;
}

/** What the tags process is asked. */
export type TagsWorkerTable = {
  /** News: the tags of one file, by its place in the input, in whatever order they are read. */
  readTags: { input: TagSource[]; news: { index: number; tags: Tags }; output: null };
  readPicture: { input: Uint8Array; news: never; output: Uint8Array | null };
};
