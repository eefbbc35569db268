/** Front door: the vectors of every model, keyed by what was heard (recording), model and version. */
export { createTextVectors } from './text/text-vectors.ts';
export {
  countVectors,
  loadVectors,
  saveVector,
  storedModels,
  storedVersion,
  vectorOf,
} from './vector-table.ts';
export type { ModelVersion } from './vector-table.ts';
