import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { toPlainError } from './errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'earshot-errors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what the system refuses is said in sentences', async () => {
  const gone = join(folder, 'gone.csv');
  const missing: unknown = await readFile(gone).catch((thrown: unknown) => thrown);
  expect(toPlainError(missing)).toEqual({
    code: 'file-missing',
    message: `There is no ${gone}.`,
  });
});
