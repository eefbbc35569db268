import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../base/host.ts';
import { openDatabase } from '../database/room.ts';
import type { WritableDb } from '../database/room.ts';
import { forkNodeWorker } from '../hosts/node-workers.ts';
import { createLabels } from '../labels/room.ts';
import type { Labels } from '../labels/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { addTracks } from '../projection/fixtures/library.ts';
import { trainRequest } from './contract.ts';
import type { Preparation, TrainingProgress } from './contract.ts';
import { createClassifiers } from './room.ts';
import type { Classifiers } from './room.ts';

let folder: string;
let db: WritableDb;
let labels: Labels;
let classifiers: Classifiers;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-classifiers-'));
  const databasePath = join(folder, 'library.db');
  db = openDatabase(databasePath);
  const trackRows = (ids: number[]) => ids.map((id) => ({ id }) as TrackRow);
  labels = createLabels({ db, trackRows });
  classifiers = createClassifiers({
    db,
    databasePath,
    host: { forkWorker: forkNodeWorker, paths: { resources: folder } } as unknown as Host,
    labels,
    inference: { providers: () => Promise.resolve([]) },
    ffmpeg: () => Promise.resolve({ ffmpeg: null, message: 'none here' }),
    filePathOf: () => null,
    trackRows,
  });
});

afterEach(() => {
  classifiers.close();
  db.close();
  rmSync(folder, { recursive: true });
});

const QUICK = { folds: 3, trees: { rounds: 20, components: 6 } };
const trainAll = async (request: object = {}) =>
  classifiers.calls['classifiers.train'](
    trainRequest.parse({ set: 'genre', settings: QUICK, ...request }),
  );
/** Where one is made, which one label each has. */
async function train(request: object = {}) {
  const [made] = await trainAll(request);
  if (made.report.kind === 'several') throw new Error('of several labels');
  return { ...made, report: made.report };
}
const predictions = (classifierId: number, more: object = {}) =>
  classifiers.calls['classifiers.listPredictions']({
    classifierId,
    order: 'unsure',
    which: 'all',
    offset: 0,
    limit: 500,
    ...more,
  });

test('learns a set, says how well with baselines, foretells and explains', async () => {
  addTracks(db, 0, 80);
  db.prepare(`UPDATE tracks SET genres = '[]', genre = '' WHERE id > 60`).run();
  const stages: TrainingProgress[] = [];
  classifiers.events.on('classifiers.progressed', (progress) => stages.push(progress));
  const classifier = await train();
  const { report } = classifier;
  expect(classifier).toMatchObject({
    set: 'genre',
    algorithm: 'gbt',
    model: 'features',
    version: 1,
  });
  expect(classifier.classes).toEqual(['Jazz', 'Metal', 'Samba', 'Techno']);
  expect(report.trackCount).toBe(60);
  expect(report.accuracy.mean).toBeGreaterThan(0.9);
  expect(report.baselines.majority.accuracy).toBeLessThan(0.4);
  expect(report.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(60);
  expect(report.explained).toHaveLength(6);
  expect(report.leaky).toBeNull();
  expect(report.trainedOn).toBeNull();
  expect(report.whyNotLeaky).toContain('this very test');
  const fractions = stages.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(stages.at(-1)?.state).toBe('done');

  const all = await predictions(classifier.id);
  expect(all.total).toBe(80);
  const leads = all.predictions.map(
    ({ candidates: [first, second] }) => first.probability - second.probability,
  );
  expect(leads).toEqual(leads.toSorted((a, b) => a - b));
  expect(leads[0]).toBeGreaterThanOrEqual(0);
  const truth = ['Jazz', 'Metal', 'Samba', 'Techno'];
  const unlabelled = await predictions(classifier.id, { which: 'unlabelled' });
  expect(unlabelled.total).toBe(20);
  const right = unlabelled.predictions.filter(
    ({ track, said }) => said[0] === truth[(track.id - 1) % 4],
  );
  expect(right.length).toBeGreaterThan(17);
  expect(await predictions(classifier.id)).toEqual(all);

  const { stored, unsure } = await classifiers.calls['classifiers.storePredictions']({
    classifierId: classifier.id,
  });
  expect(stored + unsure).toBe(20);
  const [trackId] = labels.labelsOf('genre', ['predicted']).keys();
  expect(labels.fullLabelsOf('genre').get(trackId)?.[0].source).toBe('predicted');
  expect((await train()).report.trackCount).toBe(60); // Nothing is learned from predictions.

  const ask = { classifierId: classifier.id, class: 'Metal' };
  const explanation = await classifiers.calls['classifiers.explain'](ask);
  expect(explanation.trackIds).toHaveLength(60);
  expect(explanation.components[0].importance).toBeGreaterThan(0);
  expect(explanation.components[0].makeup).toContain('%');
  const { index } = explanation.components[0];
  const dependence = await classifiers.calls['classifiers.explainDependence']({
    ...ask,
    component: index,
  });
  expect(dependence.points).toHaveLength(60);
  const one = await classifiers.calls['classifiers.explainTrack']({
    classifierId: classifier.id,
    trackId: 2,
  });
  const parts = one.parts.reduce((sum, { contribution }) => sum + contribution, one.base);
  expect(parts + one.rest).toBeCloseTo(one.margin, 10);
  expect(one.class).toBe('Metal');
  expect(one.sentences.join(' ')).toContain('Metal');
});

test('of several labels trees learn each by yes or no', async () => {
  addTracks(db, 0, 60);
  db.prepare(`UPDATE tracks SET genres = json_array(genre, 'Live') WHERE id % 8 < 3`).run();
  db.prepare(`UPDATE tracks SET genres = '[]', genre = '' WHERE id > 48`).run();
  const set = { set: 'genre', name: 'genre', tag: 'genre', folderDepth: null } as const;
  await labels.calls['labels.changeSet']({ ...set, isMultiple: true });
  const request = (only: string | null) =>
    trainRequest.parse({ set: 'genre', settings: { ...QUICK, only } });
  const prepare = (only: string | null) =>
    classifiers.calls['classifiers.prepare'](request(only)) as Preparation;
  const { classes, trackCount, isSeveral } = prepare(null);
  expect([isSeveral, trackCount]).toEqual([true, 48]);
  expect(classes.map(({ name, count }) => [name, count])).toEqual([
    ['Jazz', 12],
    ['Live', 18],
    ['Metal', 12],
    ['Samba', 12],
    ['Techno', 12],
  ]);

  expect(prepare('Live')).toMatchObject({
    isSeveral: false,
    classes: [
      { name: 'Live', count: 18 },
      { name: 'not Live', count: 30 },
    ],
  });
  const denied = { set: 'genre', trackIds: [4, 60], value: 'Techno' };
  await labels.calls['labels.setLabel']({ ...denied, mode: 'remove' });
  expect(prepare('Live').classes[1].count).toBe(31); // The last one said by hand to carry none.
  expect(prepare(null).classes.find(({ name }) => name === 'Techno')?.count).toBe(11);
  expect(prepare('Dub').problem).toContain('All labelled tracks are not Dub');
  const store = (classifierId: number) =>
    classifiers.calls['classifiers.storePredictions']({ classifierId });
  const predicted = () =>
    [...labels.labelsOf('genre', ['predicted'])].flatMap(([id, values]) =>
      values.map((value) => `${id} ${value}`),
    );
  const jazz = await train({ settings: { ...QUICK, only: 'Jazz' } });
  expect(jazz.report.accuracy.mean).toBeGreaterThan(0.9);
  expect(jazz.report.classes[0].averagePrecision).toBeGreaterThan(0.9);
  const { stored } = await store(jazz.id);
  const jazzFound = predicted();
  expect(jazzFound).toHaveLength(stored);
  expect(jazzFound.length).toBeGreaterThan(0);
  expect(['49 Jazz', '53 Jazz', '57 Jazz']).toEqual(expect.arrayContaining(jazzFound));
  const ofTwelve = { ...QUICK, leastPerClass: 12 };
  const each = await trainAll({ settings: ofTwelve });
  expect(each.map(({ settings }) => settings.only)).toEqual(['Live', 'Jazz', 'Metal', 'Samba']);
  expect(each.every(({ report }) => report.classes.length === 2)).toBe(true);
  const metal = each[2];
  expect((await store(metal.id)).stored).toBeGreaterThan(0);
  expect(predicted()).toEqual(expect.arrayContaining(jazzFound));
  expect(predicted().some((label) => label.includes('not'))).toBe(false);
});

test('of several labels a network learns all together, foretells several and learns from corrections', async () => {
  addTracks(db, 0, 80);
  const moods: Record<string, string[]> = {
    Jazz: ['calm'],
    Metal: ['calm', 'loud'],
    Samba: ['loud', 'warm'],
    Techno: [],
  };
  const moodsOf = (id: number): string[] =>
    moods[['Jazz', 'Metal', 'Samba', 'Techno'][(id - 1) % 4]];
  const mood = { name: 'mood', isMultiple: true, tag: null, folderDepth: null };
  labels.calls['labels.createSet'](mood);
  const say = (trackId: number, value: string, mode: 'add' | 'remove' = 'add') =>
    labels.calls['labels.setLabel']({ set: 'mood', trackIds: [trackId], value, mode });
  for (let id = 1; id <= 60; id++) {
    for (const value of moodsOf(id)) await say(id, value);
    if (moodsOf(id).length === 0) await say(id, 'calm', 'remove');
  }
  await say(1, 'seldom');
  const settings = { ...QUICK, network: { epochs: 20, hiddenUnits: 16 } };
  const request = { set: 'mood', algorithm: 'mlp', settings };
  const prepared = classifiers.calls['classifiers.prepare'](trainRequest.parse(request));
  expect(prepared).toMatchObject({
    isSeveral: true,
    trackCount: 60,
    leftOut: [{ name: 'seldom' }],
  });
  const made = await trainAll(request);
  expect(made.map(({ classes }) => classes)).toEqual([['calm', 'loud', 'warm']]);
  const [{ id: classifierId, report }] = made;
  if (report.kind !== 'several') throw new Error('of one label');
  expect(report).toMatchObject({ trackCount: 60, foldCount: 3 });
  expect(report.means.own.averagePrecision).toBeGreaterThan(0.9);
  expect(report.means.own.f1).toBeGreaterThan(0.85);
  expect(report.classes.map(({ always }) => always.averagePrecision)).toEqual([0.5, 0.5, 0.25]);
  expect(report.means.always.f1).toBeCloseTo((2 / 3 + 2 / 3 + 0.4) / 3, 12);
  expect(report.means.neighbours.f1).toBeGreaterThan(0.8);
  expect(report.calibrationError).toBeLessThan(0.15);
  expect(report.warnings.join(' ')).not.toContain('chance');

  const unlabelled = await predictions(classifierId, { which: 'unlabelled' });
  expect(unlabelled.total).toBe(20);
  const right = unlabelled.predictions.filter(
    ({ track, said }) => said.toSorted().join() === moodsOf(track.id).join(),
  );
  expect(right.length).toBeGreaterThanOrEqual(17);
  const ofTwo = unlabelled.predictions.find(({ said }) => said.length === 2)!;
  expect(ofTwo.candidates).toHaveLength(3);
  const stored = await classifiers.calls['classifiers.storePredictions']({ classifierId });
  expect(stored.stored + stored.unsure).toBe(20);
  const predicted = labels.labelsOf('mood', ['predicted']);
  expect([...predicted.keys()].every((id) => id > 60)).toBe(true);
  expect(predicted.get(ofTwo.track.id)?.toSorted()).toEqual(ofTwo.said.toSorted());

  const trackIds = [62, 66, 70, 74, 78]; // They sound calm and loud.
  for (const id of trackIds) await say(id, 'warm');
  expect(classifiers.calls['classifiers.countCorrections']({ classifierId })).toEqual({ count: 5 });
  const { fresh } = await classifiers.calls['classifiers.evaluate']({ classifierId });
  expect(fresh?.trackCount).toBe(5);
  expect(fresh?.accuracy).toBe(0);
  const learned = await classifiers.calls['classifiers.learnCorrections']({ classifierId });
  expect(learned).toMatchObject({ count: 5, classifier: { version: 2 } });
  expect(learned.after).not.toBeNull();
  await expect(
    classifiers.calls['classifiers.explain']({ classifierId, class: 'calm' }),
  ).rejects.toThrow('Only trees');
});

test('a stored classifier is judged by labels that came since, which it has never seen', async () => {
  addTracks(db, 0, 60);
  db.prepare(`UPDATE tracks SET genres = '[]', genre = '' WHERE id > 40`).run();
  const { id, report } = await train();
  const evaluate = () => classifiers.calls['classifiers.evaluate']({ classifierId: id });
  const none = { fresh: null, relatedCount: 0, unknownCount: 0 };
  const before = await evaluate();
  expect(before).toMatchObject({ ...none, learned: { trackCount: 40 } });
  expect(before.learned?.macroF1).toBeCloseTo(
    report.classes.reduce((sum, { f1 }) => sum + f1, 0) / 4,
    12,
  );
  const label = (trackIds: number[], value: string) =>
    labels.calls['labels.setLabel']({ set: 'genre', trackIds, value, mode: 'replace' });
  await label([41, 45, 49], 'Jazz');
  await label([42], 'Jazz'); // Sounds like Metal.
  await label([43], 'Dub');
  const { learned, fresh, unknownCount } = await evaluate();
  expect(learned?.trackCount).toBe(40);
  expect(fresh).toMatchObject({ trackCount: 4, accuracy: 0.75 });
  expect(unknownCount).toBe(1);
});

test('tracks of an album that was learned from are no test where albums are kept together', async () => {
  addTracks(db, 0, 60);
  db.prepare(`UPDATE tracks SET artist = 'One', album = 'Album ' || (id / 12) || genre`).run();
  db.prepare(`UPDATE tracks SET album = 'Another' WHERE id = 60`).run();
  db.prepare(`UPDATE tracks SET genres = '[]' WHERE id > 57`).run();
  const { id, report } = await train();
  expect(report.grouping).toBe('album');
  db.prepare('UPDATE tracks SET genres = json_array(genre)').run();
  const { fresh, relatedCount } = await classifiers.calls['classifiers.evaluate']({
    classifierId: id,
  });
  expect(fresh?.trackCount).toBe(1);
  expect(relatedCount).toBe(2);
});

test('two classes share an output, and each is explained from its side', async () => {
  addTracks(db, 0, 40);
  db.prepare(`UPDATE tracks SET genres = '["Metal"]' WHERE genre <> 'Jazz'`).run();
  const { id, classes, report } = await train();
  expect(classes).toEqual(['Jazz', 'Metal']);
  expect(report.warnings.join(' ')).not.toContain('no better');
  const sides = await Promise.all(
    classes.map((name) =>
      classifiers.calls['classifiers.explain']({ classifierId: id, class: name }),
    ),
  );
  expect(sides[0].base).toBeCloseTo(-sides[1].base, 12);
});

test('albums are kept together where they can be, and the leak of not doing so is told', async () => {
  addTracks(db, 0, 80);
  db.prepare(
    `UPDATE tracks SET artist = 'One', album = 'Album ' || (id / 12) || ' of ' || genre`,
  ).run();
  const { report } = await train();
  expect(report.grouping).toBe('album');
  expect(report.groupCount).toBeLessThan(40);
  expect(report.leaky?.mixes).toContain('album');
});

test('networks learn the same set from the same vectors', async () => {
  addTracks(db, 0, 60);
  const settings = { folds: 2, network: { epochs: 12, hiddenUnits: 16 } };
  const classifier = await train({ algorithm: 'mlp', settings });
  expect(classifier.report.accuracy.mean).toBeGreaterThan(0.8);
  expect(classifier.report.curve.length).toBeGreaterThan(3);
  expect(classifier.report.trainedOn).toEqual({ provider: 'cpu', why: null });
  db.prepare(`UPDATE tracks SET genres = '[]' WHERE id > 50`).run();
  const { predictions: all } = await predictions(classifier.id);
  expect(all).toHaveLength(60);
  await expect(
    classifiers.calls['classifiers.explain']({ classifierId: classifier.id, class: 'Jazz' }),
  ).rejects.toThrow('Only trees');
});

test('corrections are learned, and what that changes is said of held-out ones', async () => {
  addTracks(db, 0, 60);
  const classifier = await train();
  const count = () =>
    classifiers.calls['classifiers.countCorrections']({ classifierId: classifier.id });
  expect(count()).toEqual({ count: 0 });
  const trackIds = Array.from({ length: 15 }, (_, i) => 4 * i + 2); // All of one sound.
  await labels.calls['labels.setLabel']({ set: 'genre', trackIds, value: 'Jazz', mode: 'replace' });
  expect(count()).toEqual({ count: 15 });
  const answer = await classifiers.calls['classifiers.learnCorrections']({
    classifierId: classifier.id,
  });
  expect(answer.before).toBe(0);
  expect(answer.after).toBeGreaterThan(0.9);
  expect(answer.classifier?.version).toBe(2);
  expect(answer.classifier?.report.classes[0].count).toBe(30);
});

test('what cannot be learned is told in a sentence', async () => {
  await expect(train()).rejects.toThrow('No track has been heard');
  addTracks(db, 0, 2);
  await expect(train()).rejects.toThrow('Fewer than two labels');
  db.prepare(`UPDATE tracks SET genres = '["Jazz"]'`).run();
  await expect(train()).rejects.toThrow('nothing to tell apart');
  await expect(train({ set: 'region' })).rejects.toThrow('no set of labels');
  await expect(train({ algorithm: 'gbt', model: 'mfcc' })).rejects.toThrow('Trees learn from');
  await expect(train({ algorithm: 'mlp', model: 'mfcc', set: 'artist' })).rejects.toThrow('Fewer');
});

test('tracks that all sound the same are learned without a crash, and the score is honest', async () => {
  addTracks(db, 0, 24);
  db.prepare('UPDATE vectors SET vector = (SELECT vector FROM vectors LIMIT 1)').run();
  const { report, id } = await train();
  expect(report.accuracy.mean).toBeLessThan(0.6);
  expect(report.warnings.join(' ')).toContain('no better');
  expect((await predictions(id)).total).toBe(24);
  const genre = { set: 'genre', name: 'genre', tag: 'genre', folderDepth: null } as const;
  await labels.calls['labels.changeSet']({ ...genre, isMultiple: true });
  const network = { folds: 2, network: { epochs: 3 } };
  const [several] = await trainAll({ algorithm: 'mlp', settings: network });
  expect(several.report.warnings.join(' ')).toContain('no better than by chance');
  const { predictions: none } = await predictions(several.id);
  expect(none.every(({ said, isUnsure }) => said.length === 0 && isUnsure)).toBe(true);
});

test('a training is cancelled at once, and the next one runs', async () => {
  addTracks(db, 0, 60);
  const running = train({ settings: { ...QUICK, trees: { rounds: 1000, maxDepth: 8 } } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await expect(train()).rejects.toThrow('is learning');
  await classifiers.calls['classifiers.cancel']({});
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect((await train()).version).toBe(1);
});
