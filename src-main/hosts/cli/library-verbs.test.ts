import { expect, test } from 'vitest';
import type { LibraryFolder } from '../../library/contract.ts';
import { folderProblems } from './library-verbs.ts';

test('folders that are not there and those that nobody may look into are told apart', () => {
  const folder = (path: string, state: LibraryFolder['state'], unreadable: string[] = []) => ({
    ...{ id: 1, trackCount: 3, lastScannedAt: null },
    ...{ path, state, unreadable },
  });
  const folders = [
    folder('/fine', 'present'),
    folder('/part', 'present', ['/part/a', '/part/b']),
    folder('/stick', 'away'),
    folder('/closed', 'unreadable'),
  ];
  expect(folderProblems(folders)).toEqual([
    '/part/a: cannot be read.',
    '/part/b: cannot be read.',
    '/stick: is not there. Its tracks are kept.',
    '/closed: cannot be read. Its tracks are kept.',
  ]);
});
