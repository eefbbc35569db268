import { expect, test } from 'vitest';
import { fitParameters } from '../../src-main/projection/contract.ts';
import { describeParameters, describeScores, verdictOn } from './map-words.ts';
import { describeRegion } from './region-words.ts';

test('a map is described by what it was drawn with', () => {
  const with_ = (more: object): string => describeParameters(fitParameters.parse(more));
  expect(with_({})).toBe('15 neighbours, least distance 0.1, seed 42');
  expect(with_({ method: 'tsne', perplexity: 12, seed: 1 })).toBe('Perplexity 12, seed 1');
  expect(with_({ method: 'pca' })).not.toContain('seed');
});

test('its scores are told in sentences', () => {
  const scores = { trustworthiness: 0.99, continuity: 0.97, recall: 0.53 };
  expect(describeScores(scores).map(({ value }) => value)).toEqual([0.99, 0.97, 0.53]);
  expect(describeScores(scores)[2].meaning).toContain('8 of the 15');
  expect(verdictOn(scores)).toContain('can be believed');
  expect(verdictOn({ ...scores, continuity: 0.9 })).toContain('fair');
  expect(verdictOn({ ...scores, trustworthiness: 0.6 })).toContain('care');
});

test('a place is told in sentences, whatever is known of it', () => {
  const region = {
    id: 1,
    level: 0,
    parentId: null,
    name: 'Jazz',
    isRenamed: false,
    centre: [0, 0],
    contours: [],
  };
  expect(describeRegion({ ...region, count: 1240, purity: 0.62, unlabelled: 0.08 })).toBe(
    '1,240 tracks. 62 % of those with a genre share the most frequent one. 8 % have none.',
  );
  expect(describeRegion({ ...region, count: 1, purity: 1, unlabelled: 0 })).toBe(
    '1 track. All that have a genre have the same one.',
  );
  expect(describeRegion({ ...region, count: 3, purity: 0, unlabelled: 1 })).toBe(
    '3 tracks. None of them has a genre in its tags.',
  );
});
