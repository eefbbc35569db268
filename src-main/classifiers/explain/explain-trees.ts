import type { ReadableDb } from '../../database/room.ts';
import type { Candidate } from '../contract.ts';
import { largest } from '../probabilities.ts';
import { outputCount } from '../trees/tree.ts';
import { contributionsOf, interactionsOf } from '../trees/tree-shap.ts';
import { askedRows } from '../trees/tree-model.ts';
import type { TreeModel } from '../trees/tree-model.ts';
import { calibrate } from '../verdict.ts';
import type { Calibration } from '../verdict.ts';
import type { ClassifierWorkerTable, Known } from '../worker-table.ts';
import { componentsOf } from './component-names.ts';
import { describeInWords } from './musical-words.ts';

type Answer<Name extends keyof ClassifierWorkerTable> = ClassifierWorkerTable[Name]['output'];

/** More tracks than that make no other picture. */
const MOST_TRACKS = 400;
const MOST_COMPONENTS = 12;
const MOST_PARTS = 9;

/** The vectors of recordings, in their order. */
export interface Heard {
  recordingIds: number[];
  vectors: Float32Array;
}

/** Two classes share one output: what speaks for the second speaks against the first. */
function sideOf(model: TreeModel, classIndex: number): { output: number; sign: number } {
  if (outputCount(model.forest.classCount) > 1) return { output: classIndex, sign: 1 };
  return { output: 0, sign: classIndex === 1 ? 1 : -1 };
}

/** What matters for a class over the tracks: the data of bar and beeswarm. */
export function explainClass(
  model: TreeModel,
  heard: Heard,
  classIndex: number,
): Answer<'explain'> {
  const { rows, dims } = askedRows(model, heard.vectors);
  const { output, sign } = sideOf(model, classIndex);
  const taken = spread(heard.recordingIds.length, MOST_TRACKS);
  const parts = taken.map((row) => contributionsOf(model.forest, rows, row * dims, dims)[output]);
  const components = componentsOf(model)
    .map((component) => ({
      ...component,
      importance: meanOf(parts.map((own) => Math.abs(own[component.index]))),
      values: taken.map((row) => rows[row * dims + component.index]),
      contributions: parts.map((own) => sign * own[component.index]),
    }))
    .sort((a, b) => b.importance - a.importance)
    .slice(0, MOST_COMPONENTS)
    .filter(({ importance }, i) => i === 0 || importance > 0)
    .map((component) => ({ ...component, values: inDeviations(component.values) }));
  return {
    base: sign * (parts[0]?.[dims] ?? 0),
    components,
    recordingIds: taken.map((row) => heard.recordingIds[row]),
  };
}

/** How the effect of a component goes with its value, and which other one changes it the most. */
export function explainDependence(
  model: TreeModel,
  heard: Heard,
  classIndex: number,
  component: number,
): Answer<'explainDependence'> {
  const { rows, dims } = askedRows(model, heard.vectors);
  const { output, sign } = sideOf(model, classIndex);
  const taken = spread(heard.recordingIds.length, MOST_TRACKS);
  const strengths = new Float64Array(dims);
  const contributions = taken.map((row) => {
    const together = interactionsOf(model.forest, rows, row * dims, dims, component)[output];
    together.forEach((value, d) => (strengths[d] += Math.abs(value) / taken.length));
    return sign * contributionsOf(model.forest, rows, row * dims, dims)[output][component];
  });
  const all = componentsOf(model);
  const strongest = largest(strengths);
  const hasOther = strengths[strongest] > 1e-9;
  const points = taken.map((row, i) => ({
    recordingId: heard.recordingIds[row],
    value: rows[row * dims + component],
    contribution: contributions[i],
    other: hasOther ? rows[row * dims + strongest] : 0,
  }));
  return {
    component: all[component],
    with: hasOther ? { ...all[strongest], strength: strengths[strongest] } : null,
    points,
  };
}

/** Why one track was called what it was. */
export function explainRecording(
  db: ReadableDb,
  model: TreeModel,
  vector: Float32Array,
  learned: { classNames: string[]; calibration: Calibration },
  known: Known,
  recordingId: number,
): Answer<'explainTrack'> {
  const { rows, dims } = askedRows(model, vector);
  const all = contributionsOf(model.forest, rows, 0, dims);
  const margins = all.map((own) => own.reduce((sum, value) => sum + value, 0));
  const candidates = rank(calibrate(margins, learned.calibration), learned.classNames);
  const classIndex = learned.classNames.indexOf(candidates[0].name);
  const { output, sign } = sideOf(model, classIndex);
  const own = Array.from(all[output], (value) => sign * value);
  const parts = componentsOf(model)
    .map(({ index, name, makeup }) => ({
      name,
      makeup,
      value: rows[index],
      contribution: own[index],
    }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return {
    class: candidates[0].name,
    probability: candidates[0].probability,
    candidates,
    base: own[dims],
    margin: sign * margins[output],
    parts: parts.slice(0, MOST_PARTS),
    rest: parts.slice(MOST_PARTS).reduce((sum, { contribution }) => sum + contribution, 0),
    sentences: describeInWords(db, model, own, known, learned.classNames, candidates, recordingId),
  };
}

/** The likeliest first. */
export function rank(probabilities: ArrayLike<number>, classNames: string[]): Candidate[] {
  return classNames
    .map((name, c) => ({ name, probability: probabilities[c] }))
    .sort((a, b) => b.probability - a.probability);
}

function spread(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}

const meanOf = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function inDeviations(values: number[]): number[] {
  const centre = meanOf(values);
  const deviation = Math.sqrt(meanOf(values.map((value) => (value - centre) ** 2)));
  return values.map((value) => (deviation > 0 ? (value - centre) / deviation : 0));
}
