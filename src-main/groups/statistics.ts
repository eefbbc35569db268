import { AppError } from '../base/errors.ts';
import type { ClassStatistics, GroupStatistics } from './contract.ts';
import type { SoundSpace } from './sound-space.ts';

/** A class and the recordings that carry it; a recording is in one class. */
export interface NamedClass {
  name: string;
  recordingIds: number[];
}

type MeasuredStatistics = Pick<
  GroupStatistics,
  'classes' | 'similarities' | 'within' | 'between' | 'silhouette' | 'trackCount' | 'remarks'
>;

/** A class as unit vectors seen together. */
interface HeardClass {
  name: string;
  rows: number[];
  /** Sum of its unit vectors. */
  sum: Float64Array;
  /** Sum of the squares of their lengths: how many are not silent, as these vectors see it. */
  squares: number;
}

/**
 * How well classes hold together and stand apart. Mean cosines over all pairs follow from the sums of unit
 * vectors, so that no pair is left out and none is looked at; with the distance 1 - cosine the same is true
 * of silhouettes (Rousseeuw 1987).
 * @throws AppError `unavailable` where no class has a track that the model has heard
 */
export function measureClasses(
  space: SoundSpace,
  named: readonly NamedClass[],
): MeasuredStatistics {
  const classes = named.flatMap((one) => hearClass(space, one));
  if (classes.length === 0) {
    throw new AppError(
      'unavailable',
      'No track with such a label has been analysed by this model.',
    );
  }
  const similarities = classes.map((a) => classes.map((b) => meanSimilarity(a, b)));
  const silhouettes = classes.map((one) => silhouettesOf(space, one, classes));
  const all = silhouettes.flat();
  return {
    classes: classes.map((one, c) => describe(one, c, classes, similarities, silhouettes[c])),
    similarities,
    within: overPairs(classes, similarities, (a, b) => a === b),
    between: overPairs(classes, similarities, (a, b) => a !== b),
    silhouette: classes.length > 1 ? meanOf(all) : null,
    trackCount: all.length,
    remarks: remarksOn(classes, all),
  };
}

/** Distances below it are between equal vectors. */
const ROUNDING = 1e-12;

function hearClass(space: SoundSpace, { name, recordingIds }: NamedClass): HeardClass[] {
  const rows = recordingIds.flatMap((id) => space.rowOf.get(id) ?? []);
  if (rows.length === 0) return [];
  const sum = new Float64Array(space.dims);
  const vector = new Float64Array(space.dims);
  let squares = 0;
  for (const row of rows) {
    squares += readUnit(space, row, vector);
    for (let d = 0; d < sum.length; d++) sum[d] += vector[d];
  }
  return [{ name, rows, sum, squares }];
}

/** Answers 1, or 0 for a vector without direction, which is similar to nothing. */
function readUnit(space: SoundSpace, row: number, vector: Float64Array): number {
  space.read(row, vector);
  const length = Math.sqrt(dot(vector, vector));
  if (length === 0) return 0;
  for (let d = 0; d < vector.length; d++) vector[d] /= length;
  return 1;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

/** Over all pairs of two different tracks; null where there is none. */
function meanSimilarity(a: HeardClass, b: HeardClass): number | null {
  const product = dot(a.sum, b.sum);
  if (a !== b) return product / (a.rows.length * b.rows.length);
  const count = a.rows.length;
  return count > 1 ? (product - a.squares) / (count * (count - 1)) : null;
}

/** One value per track: 0 in a class of one. */
function silhouettesOf(
  space: SoundSpace,
  own: HeardClass,
  classes: readonly HeardClass[],
): number[] {
  const vector = new Float64Array(space.dims);
  return own.rows.map((row) => {
    const isSomewhere = readUnit(space, row, vector);
    const count = own.rows.length;
    if (count === 1 || classes.length === 1) return 0;
    // The distance to itself is 0 and not among the others.
    const inside = (count - 1 - (dot(vector, own.sum) - isSomewhere)) / (count - 1);
    const outside = Math.min(
      ...classes
        .filter((other) => other !== own)
        .map((other) => 1 - dot(vector, other.sum) / other.rows.length),
    );
    const larger = Math.max(inside, outside);
    return larger > ROUNDING ? (outside - inside) / larger : 0;
  });
}

function describe(
  one: HeardClass,
  index: number,
  classes: readonly HeardClass[],
  similarities: (number | null)[][],
  silhouettes: number[],
): ClassStatistics {
  const { name, rows } = one;
  const row = similarities[index];
  const others = classes.map((_, c) => c).filter((c) => c !== index);
  const nearest = others.toSorted((a, b) => row[b]! - row[a]!)[0];
  const otherTracks = others.reduce((sum, c) => sum + classes[c].rows.length, 0);
  const isOnly = others.length === 0;
  return {
    name,
    count: rows.length,
    within: row[index],
    between: isOnly
      ? null
      : others.reduce((sum, c) => sum + row[c]! * classes[c].rows.length, 0) / otherTracks,
    nearest: isOnly ? null : { name: classes[nearest].name, similarity: row[nearest]! },
    silhouette: isOnly ? null : meanOf(silhouettes),
  };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over pairs of tracks, of classes for which `isMeant`. */
function overPairs(
  classes: readonly HeardClass[],
  similarities: (number | null)[][],
  isMeant: (a: number, b: number) => boolean,
): number | null {
  let sum = 0;
  let pairs = 0;
  similarities.forEach((row, a) =>
    row.forEach((value, b) => {
      if (value === null || !isMeant(a, b)) return;
      const count = classes[a].rows.length * (classes[b].rows.length - (a === b ? 1 : 0));
      sum += value * count;
      pairs += count;
    }),
  );
  return pairs > 0 ? sum / pairs : null;
}

function remarksOn(classes: readonly HeardClass[], silhouettes: readonly number[]): string[] {
  const remarks: string[] = [];
  const single = classes.filter(({ rows }) => rows.length === 1).length;
  if (classes.length === 1) {
    remarks.push('All tracks are in one class: there is nothing to tell it from.');
  } else if (silhouettes.every((value) => Math.abs(value) < 1e-9)) {
    remarks.push('This model hears no difference between the classes.');
  }
  if (single > 0) {
    const classesOfOne = single === 1 ? '1 class has' : `${single} classes have`;
    remarks.push(`${classesOfOne} one track only and no similarity within.`);
  }
  return remarks;
}
