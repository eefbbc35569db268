import type { Handlers } from '../base/contract.ts';
import { csvLine } from '../base/csv.ts';
import { AppError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { WritableDb } from '../database/room.ts';
import { headScoresOf, storedVersion } from '../embedding/room.ts';
import type { TrackRow } from '../library/contract.ts';
import { bestLabels, deniedTracks } from './best-labels.ts';
import type {
  Label,
  LabelEvents,
  LabelImport,
  LabelSet,
  LabelSource,
  labelCalls,
} from './contract.ts';
import { fullestSet } from './fullest-set.ts';
import { bySource, hasSeveral, readLabels } from './import-csv.ts';
import type { GivenLabels } from './import-csv.ts';
import {
  countTracks,
  deleteLabels,
  deleteSource,
  heardTracks,
  insertLabels,
  NO_LABEL,
  renameStored,
  trackFacts,
} from './label-table.ts';
import type { NewLabel, StoredSource } from './label-table.ts';
import { countValues } from './label-values.ts';
import { allSets, deleteSet, insertRename, insertSet, setByName, updateSet } from './set-table.ts';
import type { SetSettings } from './set-table.ts';

export { trackFacts } from './label-table.ts';
export type { NewLabel } from './label-table.ts';
export { TrackMatcher } from './match-tracks.ts';

export interface LabelsDeps {
  db: WritableDb;
  /** Rows of the library's list, in the order of the ids. */
  trackRows(ids: number[]): TrackRow[];
}

/** What the user calls the tracks: any number of sets of labels, each label with its source. */
export interface Labels {
  calls: Handlers<typeof labelCalls>;
  events: Emitter<LabelEvents>;
  sets(): LabelSet[];
  /** @throws AppError `not-found` where there is no such set */
  setNamed(name: string): LabelSet;
  /**
   * The labels of every track that has any, of its best source: hand, CSV, folder, tags, a model's head,
   * predicted. A set of single values gives one each.
   * @param sources those that count, all by default
   * @throws AppError `not-found` where there is no such set
   */
  labelsOf(set: string, sources?: readonly LabelSource[]): Map<number, string[]>;
  /** The same with source and confidence. */
  fullLabelsOf(set: string, sources?: readonly LabelSource[]): Map<number, Label[]>;
  /** Tracks of which the best of these sources says that they carry none of this set's labels. */
  deniedIn(set: string, sources: readonly LabelSource[]): Iterable<number>;
  /** Puts labels in the place of all that this set had from the source; makes a set of an unknown name. */
  replaceSource(set: string, source: 'model' | 'predicted', labels: Iterable<NewLabel>): void;
  importCsv(set: string, text: string): LabelImport;
  /** One line per label, and one without a label where somebody said that a track carries none; piece by piece. @throws AppError `not-found` where there is no such set */
  exportCsv(set: string): Iterable<string>;
}

export function createLabels({ db, trackRows }: LabelsDeps): Labels {
  const events = new Emitter<LabelEvents>();
  const announce = (set: string | null): void => events.emit('labels.changed', { set });

  function setNamed(name: string): LabelSet {
    const set = setByName(db, name);
    if (!set) throw new AppError('not-found', `There is no set of labels called “${name}”.`);
    return set;
  }

  const fullLabelsOf = (set: string, sources?: readonly LabelSource[]): Map<number, Label[]> =>
    bestLabels(db, setNamed(set), sources);

  function createSet(settings: SetSettings): LabelSet {
    if (setByName(db, settings.name)) {
      throw new AppError('bad-input', `There is a set called “${settings.name}” already.`);
    }
    insertSet(db, settings);
    announce(settings.name);
    return setNamed(settings.name);
  }

  const setOrNew = (name: string, isMultiple = false): LabelSet =>
    setByName(db, name) ?? createSet({ name, isMultiple, tag: null, folderDepth: null });

  function changeSet(name: string, settings: SetSettings): LabelSet {
    const set = setNamed(name);
    if (set.isBuiltIn && settings.name !== set.name) {
      throw new AppError('bad-input', `The set “${set.name}” is always there and keeps its name.`);
    }
    const other = setByName(db, settings.name);
    if (other && other.id !== set.id) {
      throw new AppError('bad-input', `There is a set called “${other.name}” already.`);
    }
    updateSet(db, set.id, settings);
    announce(null);
    return setNamed(settings.name);
  }

  function removeSet(name: string): void {
    const set = setNamed(name);
    if (set.isBuiltIn) throw new AppError('bad-input', `The set “${set.name}” is always there.`);
    deleteSet(db, set.id);
    announce(null);
  }

  /** What stands there from the source goes first where the set is of single values or `replaces`. */
  function store(set: LabelSet, source: StoredSource, labels: NewLabel[], replaces: boolean): void {
    db.transaction(() => {
      const trackIds = new Set(labels.map(({ trackId }) => trackId));
      const replaced = replaces || !set.isMultiple ? null : NO_LABEL;
      deleteLabels(db, set.id, source, trackIds, replaced);
      insertLabels(db, set.id, source, labels);
    })();
    announce(set.name);
  }

  const byHand = (trackId: number, value: string): NewLabel => ({ trackId, value, confidence: 1 });

  /** Labels of files and tags become labels by hand: one more, or one less, must not hide the others. */
  function takeOver(set: LabelSet, trackIds: number[]): void {
    const given = bestLabels(db, set, ['hand', 'csv', 'folder', 'tags']);
    const taken = trackIds.flatMap((trackId) =>
      (given.get(trackId) ?? []).map(({ value }) => byHand(trackId, value)),
    );
    insertLabels(db, set.id, 'hand', taken);
  }

  /** Takes a value away, whoever said so. Tracks that are left with no other are known to carry none. */
  function deny(set: LabelSet, trackIds: number[], value: string): void {
    const known = bestLabels(db, set);
    const carriers = trackIds.filter((id) => {
      const own = known.get(id);
      return !own || own.some((label) => label.value === value);
    });
    db.transaction(() => {
      takeOver(set, carriers);
      deleteLabels(db, set.id, 'hand', carriers, value);
      const left = bestLabels(db, set, ['hand']);
      const bare = carriers.filter((id) => !left.has(id));
      insertLabels(
        db,
        set.id,
        'hand',
        bare.map((id) => byHand(id, NO_LABEL)),
      );
    })();
  }

  function setByHand(
    name: string,
    trackIds: number[],
    value: string | null,
    mode: 'replace' | 'add' | 'remove',
  ): { labelled: number } {
    const set = setOrNew(name);
    if (value === null) {
      db.transaction(() => deleteLabels(db, set.id, 'hand', trackIds, null))();
      announce(set.name);
    } else if (mode === 'remove') {
      deny(set, trackIds, value);
      announce(set.name);
    } else {
      if (mode === 'add' && set.isMultiple) db.transaction(() => takeOver(set, trackIds))();
      const labels = trackIds.map((trackId) => byHand(trackId, value));
      store(set, 'hand', labels, mode === 'replace');
    }
    return { labelled: trackIds.length };
  }

  function importCsv(name: string, text: string): LabelImport {
    const { labels, report } = readLabels(text, name, trackFacts(db));
    if (labels.length === 0) return report;
    const set = setOrNew(name, hasSeveral(labels));
    for (const [source, own] of bySource(labels, given(set))) store(set, source, own, true);
    return report;
  }

  /** What an import meets: who has labels by hand, and what tags and folders say anyway. */
  function given(set: LabelSet): GivenLabels {
    return {
      byHand: new Set([
        ...bestLabels(db, set, ['hand']).keys(),
        ...deniedTracks(db, set, ['hand']).keys(),
      ]),
      derived: bestLabels(db, set, ['folder', 'tags']),
    };
  }

  function takeFromModel(name: string, model: string, atLeast: number): { labelled: number } {
    const version = storedVersion(db, model);
    const found: NewLabel[] = [];
    for (const { trackId, recordingId } of version === null ? [] : heardTracks(db)) {
      for (const { label, probability } of headScoresOf(
        db,
        { model, version: version! },
        recordingId,
      )) {
        if (probability >= atLeast) found.push({ trackId, value: label, confidence: probability });
      }
    }
    if (found.length === 0) {
      throw new AppError(
        'unavailable',
        `${model} names nothing in this library with that certainty.`,
      );
    }
    replaceSource(name, 'model', found);
    return { labelled: new Set(found.map(({ trackId }) => trackId)).size };
  }

  function replaceSource(
    name: string,
    source: 'model' | 'predicted',
    found: Iterable<NewLabel>,
  ): void {
    const set = setOrNew(name);
    db.transaction(() => {
      deleteSource(db, set.id, source);
      insertLabels(db, set.id, source, found);
    })();
    announce(set.name);
  }

  function* exportCsv(name: string): Generator<string> {
    const labels = fullLabelsOf(name);
    const denied = deniedTracks(db, setNamed(name));
    yield csvLine(['path', 'artist', 'title', 'album', 'label', 'source', 'confidence']);
    for (const { id, root, path, artist, title, album } of trackFacts(db)) {
      const whole = `${root.toString('utf8')}/${path.toString('utf8')}`;
      for (const { value, source, confidence } of labels.get(id) ?? []) {
        yield csvLine([whole, artist, title, album, value, source, confidence]);
      }
      const denier = denied.get(id);
      if (denier) yield csvLine([whole, artist, title, album, NO_LABEL, denier, 1]);
    }
  }

  function listTracks(name: string, value: string | null, offset: number, limit: number) {
    const labels = fullLabelsOf(name);
    const has = (id: number): boolean => (labels.get(id) ?? []).some((l) => l.value === value);
    const ids = trackFacts(db)
      .map(({ id }) => id)
      .filter((id) => (value === null ? !labels.has(id) : has(id)));
    const rows = trackRows(ids.slice(offset, offset + limit));
    const tracks = rows.map((track) => ({ track, labels: labels.get(track.id) ?? [] }));
    return { total: ids.length, tracks };
  }

  return {
    events,
    sets: () => allSets(db),
    setNamed,
    fullLabelsOf,
    labelsOf: (set, sources) => {
      const entries = [...fullLabelsOf(set, sources)];
      return new Map(entries.map(([id, labels]) => [id, labels.map(({ value }) => value)]));
    },
    deniedIn: (set, sources) => deniedTracks(db, setNamed(set), sources).keys(),
    replaceSource,
    importCsv,
    exportCsv,
    calls: {
      'labels.listSets': () => allSets(db),
      'labels.findFullest': () =>
        fullestSet(allSets(db), (set) => countValues(bestLabels(db, set).values())),
      'labels.getSet': ({ set: name }) => {
        const set = setNamed(name);
        const labels = bestLabels(db, set);
        const unlabelledCount = countTracks(db) - labels.size;
        const values = countValues(labels.values());
        return { ...set, values, labelledCount: labels.size, unlabelledCount };
      },
      'labels.createSet': createSet,
      'labels.changeSet': ({ set, ...settings }) => changeSet(set, settings),
      'labels.removeSet': ({ set }) => removeSet(set),
      'labels.setLabel': ({ set, trackIds, value, mode }) => setByHand(set, trackIds, value, mode),
      'labels.renameValue': ({ set: name, from, to }) => {
        const set = setNamed(name);
        if (from === to) return;
        db.transaction(() => {
          renameStored(db, set.id, from, to);
          insertRename(db, set.id, from, to);
        })();
        announce(set.name);
      },
      'labels.forgetSource': ({ set: name, source }) => {
        const removed = deleteSource(db, setNamed(name).id, source);
        announce(name);
        return { removed };
      },
      'labels.listTracks': ({ set, value, offset, limit }) => listTracks(set, value, offset, limit),
      'labels.ofTrack': ({ trackId }) =>
        allSets(db).map((set) => {
          const labels = bestLabels(db, set, undefined, trackId).get(trackId) ?? [];
          return { set, labels };
        }),
      'labels.takeFromModel': ({ set, model, atLeast }) => takeFromModel(set, model, atLeast),
      'labels.importCsv': ({ set, text }) => importCsv(set, text),
    },
  };
}
