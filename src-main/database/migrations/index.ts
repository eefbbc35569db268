import { migration0001 } from './0001-library.ts';

/** Append only: a migration that has been released is never edited. Its number is its place, from 1. */
export const migrations: readonly string[] = [migration0001];
