import { FEATURES_MODEL, featureGroups, featureNames } from '../../features/room.ts';
import type { Component } from '../contract.ts';
import type { TreeModel } from '../trees/tree-model.ts';

/** Parts of a component below this share are not named. */
const LEAST_SHARE = 0.1;
const MOST_NAMED = 3;

/** What the trees ask about, with what it is made of where the vector is that of the features. */
export function componentsOf({ components, scaler }: TreeModel): Component[] {
  const isFeatures = scaler.mean.length === FEATURES_MODEL.dims;
  if (!components) {
    return scaler.mean.map((_, index) => ({
      index,
      name: isFeatures ? featureNames[index].replaceAll('_', ' ') : `Value ${index + 1}`,
      makeup: isFeatures ? groupOf(index) : '',
    }));
  }
  return components.axes.map((axis, index) => ({
    index,
    name: `PC ${index + 1}`,
    makeup: isFeatures ? makeupOf(axis) : '',
  }));
}

const groupOf = (dimension: number): string =>
  featureGroups.find(({ indices }) => indices.includes(dimension))?.label ?? '';

/** Squares of an axis of length one are the shares of the values in it. */
function makeupOf(axis: readonly number[]): string {
  return featureGroups
    .map(({ label, indices }) => ({
      label,
      share: indices.reduce((sum, d) => sum + axis[d] ** 2, 0),
    }))
    .sort((a, b) => b.share - a.share)
    .filter(({ share }) => share >= LEAST_SHARE)
    .slice(0, MOST_NAMED)
    .map(({ label, share }) => `${label} ${Math.round(100 * share)} %`)
    .join(', ');
}
