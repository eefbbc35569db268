/** Entry of the process that learns, foretells and explains: registration only. It is stopped to cancel. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { openForReading } from '../database/room.ts';
import { explainClass, explainDependence, explainRecording } from './explain/explain-trees.ts';
import type { Heard } from './explain/explain-trees.ts';
import { foretell } from './foretell.ts';
import { readExamples } from './read-examples.ts';
import { learnAndForetell, trainClassifier } from './train-classifier.ts';
import { readTreeModel } from './trees/tree-model.ts';
import type { ClassifierWorkerTable, ExampleSource } from './worker-table.ts';

serveWorkerCalls<ClassifierWorkerTable>({
  train: (job, sendNews) => trainClassifier(job, sendNews),
  learn: (job) => learnAndForetell(job),
  predict: (input) => foretell(input),
  explain: async ({ source, learned, known, output }) =>
    explainClass(readTreeModel(learned.bytes), await hear(source, known.recordingIds), output),
  explainDependence: async ({ source, learned, known, output, component }) =>
    explainDependence(
      readTreeModel(learned.bytes),
      await hear(source, known.recordingIds),
      output,
      component,
    ),
  explainTrack: async ({ source, databasePath, learned, known, recordingId }) => {
    const { vectors } = await hear(source, [recordingId]);
    const db = openForReading(databasePath);
    try {
      const model = readTreeModel(learned.bytes);
      return explainRecording(db, model, vectors, learned, known, recordingId);
    } finally {
      db.close();
    }
  },
});

async function hear(source: ExampleSource, recordingIds: number[]): Promise<Heard> {
  const items = recordingIds.map((recordingId) => ({
    recordingId,
    path: null,
    durationSeconds: 0,
  }));
  const { heard, examples } = await readExamples(source, items);
  return { recordingIds: heard.map((i) => recordingIds[i]), vectors: examples.inputs };
}
