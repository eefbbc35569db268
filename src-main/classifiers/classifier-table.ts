import type { ReadableDb, WritableDb } from '../database/room.ts';
import type { Classifier } from './contract.ts';

/** Recordings learned from, the classes that each was given, and its outputs foretold unseen. */
export interface Lessons {
  recordingIds: number[];
  answers: number[][];
  outputs: number[][];
}

interface StoredRow {
  id: number;
  set: string;
  model: string;
  modelVersion: string;
  algorithm: Classifier['algorithm'];
  version: number;
  settings: string;
  classes: string;
  report: string;
  createdAt: string;
}

const CLASSIFIER = `SELECT c.id, s.name AS "set", c.model, c.model_version AS modelVersion, c.algorithm,
  c.version, c.settings, c.classes, c.report, c.created_at AS createdAt
  FROM classifiers c JOIN label_sets s ON s.id = c.set_id`;

const toClassifier = ({ settings, classes, report, ...row }: StoredRow): Classifier => ({
  ...row,
  settings: JSON.parse(settings) as Classifier['settings'],
  classes: JSON.parse(classes) as string[],
  report: JSON.parse(report) as Classifier['report'],
});

/** The newest first. */
export function allClassifiers(db: ReadableDb): Classifier[] {
  return (db.prepare(`${CLASSIFIER} ORDER BY c.id DESC`).all() as StoredRow[]).map(toClassifier);
}

export function classifierById(db: ReadableDb, id: number): Classifier | null {
  const row = db.prepare(`${CLASSIFIER} WHERE c.id = ?`).get(id) as StoredRow | undefined;
  return row ? toClassifier(row) : null;
}

export function learnedBytes(db: ReadableDb, id: number): Uint8Array {
  return db.prepare('SELECT learned FROM classifiers WHERE id = ?').pluck().get(id) as Buffer;
}

export function lessonsOf(db: ReadableDb, id: number): Lessons {
  const text = db.prepare('SELECT lessons FROM classifiers WHERE id = ?').pluck().get(id);
  return JSON.parse(text as string) as Lessons;
}

export type NewClassifier = Omit<Classifier, 'id' | 'version' | 'set'> & {
  setId: number;
  lessons: Lessons;
  learned: Uint8Array;
};

export function insertClassifier(db: WritableDb, made: NewClassifier): number {
  const { settings, classes, report, lessons, ...rest } = made;
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO classifiers (set_id, algorithm, model, model_version, version, settings, classes, report,
         lessons, learned, created_at)
       SELECT @setId, @algorithm, @model, @modelVersion, 1 + coalesce(max(version), 0), @settings, @classes,
         @report, @lessons, @learned, @createdAt
       FROM classifiers WHERE set_id = @setId AND algorithm = @algorithm AND model = @model`,
    )
    .run({
      ...rest,
      settings: JSON.stringify(settings),
      classes: JSON.stringify(classes),
      report: JSON.stringify(report),
      lessons: JSON.stringify(lessons),
    });
  return Number(lastInsertRowid);
}

export function deleteClassifier(db: WritableDb, id: number): void {
  db.prepare('DELETE FROM classifiers WHERE id = ?').run(id);
}
