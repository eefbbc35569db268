import type { AlbumPlan } from './album.ts';

/** What the process that composes can be asked; its news is one track more. */
export type DemoWorkerTable = {
  makeAlbum: { input: AlbumPlan; news: null; output: void };
};
