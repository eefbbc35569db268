import { expect, test } from 'vitest';
import { openDatabase } from '../database/room.ts';
import { saveVector, storedVersion, vectorOf } from '../embedding/room.ts';
import { FEATURES_MODEL, featureNames } from '../features/room.ts';
import { addTracks } from './fixtures/library.ts';
import { soundsOfRecordings } from './sound-table.ts';

test('the sound of a recording is what was measured of it, from the table and from its features', () => {
  const db = openDatabase(':memory:');
  addTracks(db, 0, 3);
  const ids = db.prepare('SELECT id FROM recordings ORDER BY id').pluck().all() as number[];
  const set = db.prepare(
    'UPDATE recordings SET tempo = ?, integrated_loudness = ?, loudness_range = ?, musical_key = ? WHERE id = ?',
  );
  set.run(80, -14, 6, 'E♭ minor', ids[0]);
  set.run(120, -9, null, 'C major', ids[1]);
  set.run(null, null, null, null, ids[2]);
  const model = { model: FEATURES_MODEL.id, version: storedVersion(db, FEATURES_MODEL.id)! };
  const vector = vectorOf(db, model, ids[1])!;
  vector[featureNames.indexOf('centroid_mean')] = 2500;
  vector[featureNames.indexOf('pulse_clarity')] = 0.75;
  saveVector(db, model, ids[1], vector);

  const sounds = soundsOfRecordings(db, Int32Array.of(ids[1], ids[0], ids[2]));
  expect(sounds[0]).toMatchObject({ tempo: 120, loudness: -9, dynamics: NaN, minor: 0 });
  expect(sounds[0]).toMatchObject({ brightness: 2500, pulse: 0.75 });
  expect(sounds[1]).toMatchObject({ tempo: 80, dynamics: 6, minor: 1 });
  expect(sounds[2]).toMatchObject({ tempo: NaN, loudness: NaN, minor: NaN });
  db.close();
});
