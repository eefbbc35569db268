import { migration0001 } from './0001-library.ts';
import { migration0002 } from './0002-regions.ts';
import { migration0003 } from './0003-indexes.ts';
import { migration0005 } from './0005-embeddings.ts';
import { migration0006 } from './0006-labels.ts';
import { migration0007 } from './0007-autoencoders.ts';
import { migration0009 } from './0009-true-peaks.ts';
import { migration0010 } from './0010-map-columns.ts';
import { migration0011 } from './0011-map-places.ts';
import { migration0012 } from './0012-counted.ts';
import { migration0013 } from './0013-playlists.ts';
import { migration0014 } from './0014-queue.ts';

/** Append only: a migration that has been released is never edited. They run in the order of this list. */
export const migrations: readonly string[] = [
  migration0001,
  migration0002,
  migration0003,
  migration0006,
  migration0005,
  migration0009,
  migration0010,
  migration0007,
  migration0011,
  migration0012,
  migration0013,
  migration0014,
];
