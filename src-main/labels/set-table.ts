import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { LabelSet } from './contract.ts';

const SET = `SELECT id, name, is_multiple AS isMultiple, tag, folder_depth AS folderDepth,
  is_built_in AS isBuiltIn FROM label_sets`;

type StoredSet = Omit<LabelSet, 'isMultiple' | 'isBuiltIn'> & {
  isMultiple: number;
  isBuiltIn: number;
};

const toSet = (row: StoredSet): LabelSet => ({
  ...row,
  isMultiple: row.isMultiple === 1,
  isBuiltIn: row.isBuiltIn === 1,
});

/** Those that are always there first, then by name. */
export function allSets(db: ReadableDb): LabelSet[] {
  const rows = db.prepare(
    `${SET} ORDER BY is_built_in DESC, CASE is_built_in WHEN 1 THEN id END, name COLLATE NOCASE`,
  );
  return (rows.all() as StoredSet[]).map(toSet);
}

export function setByName(db: ReadableDb, name: string): LabelSet | null {
  const row = db.prepare(`${SET} WHERE name = ?`).get(name) as StoredSet | undefined;
  return row ? toSet(row) : null;
}

export type SetSettings = Pick<LabelSet, 'name' | 'isMultiple' | 'tag' | 'folderDepth'>;

const bound = ({ name, isMultiple, tag, folderDepth }: SetSettings) => ({
  name,
  isMultiple: isMultiple ? 1 : 0,
  tag,
  folderDepth,
});

export function insertSet(db: WritableDb, settings: SetSettings): void {
  db.prepare(
    `INSERT INTO label_sets (name, is_multiple, tag, folder_depth)
     VALUES (@name, @isMultiple, @tag, @folderDepth)`,
  ).run(bound(settings));
}

export function updateSet(db: WritableDb, id: number, settings: SetSettings): void {
  db.prepare(
    `UPDATE label_sets SET name = @name, is_multiple = @isMultiple, tag = @tag,
       folder_depth = @folderDepth WHERE id = @id`,
  ).run({ id, ...bound(settings) });
}

export function deleteSet(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM label_sets WHERE id = ?').run(id);
}

/** What values of tags and folders are called instead. */
export function renamesOf(db: ReadableDb, setId: number): Map<string, string> {
  const rows = db.prepare('SELECT value, shown_as FROM label_renames WHERE set_id = ?').raw();
  return new Map(rows.all(setId) as [string, string][]);
}

/** Also of what was renamed to `from` before. */
export function insertRename(db: WritableDb, setId: number, from: string, to: string): void {
  db.prepare('UPDATE label_renames SET shown_as = ? WHERE set_id = ? AND shown_as = ?').run(
    to,
    setId,
    from,
  );
  db.prepare('DELETE FROM label_renames WHERE set_id = ? AND value = shown_as').run(setId);
  db.prepare(
    `INSERT INTO label_renames (set_id, value, shown_as) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET shown_as = excluded.shown_as`,
  ).run(setId, from, to);
  // The name in use is itself again, whatever it was called before.
  db.prepare('DELETE FROM label_renames WHERE set_id = ? AND value = ?').run(setId, to);
}
