import { readNetwork } from './network-model.ts';
import { readExamples } from './read-examples.ts';
import { fittedTrees, readTreeModel } from './trees/tree-model.ts';
import { calibrate } from './verdict.ts';
import type { ClassifierWorkerTable } from './worker-table.ts';

/** Calibrated probabilities of the classes for every recording that can be heard. */
export async function foretell({
  source,
  items,
  learned,
}: ClassifierWorkerTable['predict']['input']): Promise<ClassifierWorkerTable['predict']['output']> {
  const { heard, examples } = await readExamples(source, items);
  const fitted =
    learned.algorithm === 'gbt'
      ? fittedTrees(readTreeModel(learned.bytes), examples.inputs, examples.shape[0])
      : readNetwork(learned.bytes, examples);
  const outputs = await fitted.outputsOf([...heard.keys()]);
  await fitted.release();
  return {
    recordingIds: heard.map((i) => items[i].recordingId),
    probabilities: outputs.map((row) => [...calibrate(row, learned.calibration)]),
  };
}
