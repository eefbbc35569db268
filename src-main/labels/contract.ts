import { z } from 'zod';
import { call, id, nothing, trackIds } from '../base/contract.ts';
import type { TrackRow } from '../library/contract.ts';

/** Where a label came from, the most trusted first: a better source hides a lesser one. */
export const labelSource = z.enum(['hand', 'csv', 'folder', 'tags', 'model', 'predicted']);
export type LabelSource = z.output<typeof labelSource>;

/** The tags that may give a set its values. */
export const labelTag = z.enum(['genre', 'artist', 'album', 'albumArtist', 'year', 'decade']);
export type LabelTag = z.output<typeof labelTag>;

export interface LabelSet {
  id: number;
  name: string;
  /** Whether a track may carry several values. */
  isMultiple: boolean;
  /** The tag that gives values, or null. */
  tag: LabelTag | null;
  /**
   * The folder of a track's path that gives values, or null: 0 is the library's folder, 1 the first inside
   * it; -1 is the folder that holds the file, -2 the one above.
   */
  folderDepth: number | null;
  /** Genre, artist, album and folder are always there. */
  isBuiltIn: boolean;
}

export interface Label {
  value: string;
  source: LabelSource;
  /** 0 to 1; 1 where somebody said so. */
  confidence: number;
}

export interface LabelValue {
  value: string;
  /** Tracks that carry it. */
  count: number;
  /** How many of them have it from which source. */
  sources: Partial<Record<LabelSource, number>>;
}

export interface LabelSetDetails extends LabelSet {
  /** The most frequent first. */
  values: LabelValue[];
  labelledCount: number;
  unlabelledCount: number;
}

export interface LabelImport {
  /** Lines of the file that name a track of the library. */
  matchedLines: number;
  labelledTracks: number;
  skippedLines: number;
  /** The first of the lines that were skipped, with a sentence why. */
  skipped: { line: number; reason: string }[];
}

/** Sets are named, not numbered: `label:region` is what people write. */
export const setName = z.string().trim().min(1).max(100);
export const labelValue = z.string().trim().min(1).max(200);
const origin = {
  tag: labelTag.nullable().default(null),
  folderDepth: z.number().int().min(-20).max(20).nullable().default(null),
};

/** What a table says, whatever wrote it: UTF-8, UTF-16 as spreadsheets mark it, or what Windows had before. */
export function tableText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

export const labelCalls = {
  'labels.listSets': call<LabelSet[]>()(nothing),
  /** What a page about labels begins with; null where no set has two values of three tracks each. */
  'labels.findFullest': call<LabelSet | null>()(nothing),
  'labels.getSet': call<LabelSetDetails>()(z.object({ set: setName })),
  'labels.createSet': call<LabelSet>()(
    z.object({ name: setName, isMultiple: z.boolean().default(false), ...origin }),
  ),
  /** Where values come from, and the name; a set that is always there keeps its name. */
  'labels.changeSet': call<LabelSet>()(
    z.object({ set: setName, name: setName, isMultiple: z.boolean(), ...origin }),
  ),
  'labels.removeSet': call<void>()(z.object({ set: setName })),
  /**
   * Labels by hand; a set of an unknown name is made. `replace` puts the value in the place of what was set
   * by hand, and without a value takes that away. `remove` says that the tracks do not carry the value, whatever
   * tags or models say; who carries no other is known by hand to carry none. A set of single values knows no `add`.
   */
  'labels.setLabel': call<{ labelled: number }>()(
    z.object({
      set: setName,
      trackIds: trackIds.min(1),
      value: labelValue.nullable(),
      mode: z.enum(['replace', 'add', 'remove']).default('replace'),
    }),
  ),
  /** Calls a value otherwise; where the new name is in use the two become one. */
  'labels.renameValue': call<void>()(z.object({ set: setName, from: labelValue, to: labelValue })),
  /** Takes away what came from a source that is stored: hand, CSV, model or prediction. */
  'labels.forgetSource': call<{ removed: number }>()(
    z.object({ set: setName, source: z.enum(['hand', 'csv', 'model', 'predicted']) }),
  ),
  /** Tracks with a value, or without any. */
  'labels.listTracks': call<{ total: number; tracks: { track: TrackRow; labels: Label[] }[] }>()(
    z.object({
      set: setName,
      value: labelValue.nullable(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
  ),
  'labels.ofTrack': call<{ set: LabelSet; labels: Label[] }[]>()(z.object({ trackId: id })),
  /**
   * Takes what a model's own classes say: the likeliest of a track where it reaches `atLeast`, all that do
   * where the set holds several. Replaces what came from a model before; a set of an unknown name is made.
   */
  'labels.takeFromModel': call<{ labelled: number }>()(
    z.object({
      set: setName,
      model: z.string().min(1).max(100),
      atLeast: z.number().min(0).max(1).default(0.3),
    }),
  ),
  /** A table with a heading: `path`, or `title` and `artist`; and a column named like the set, `label` or `value`. */
  'labels.importCsv': call<LabelImport>()(
    z.object({ set: setName, text: z.string().max(3_500_000) }),
  ),
};

export interface LabelEvents {
  /** Labels or sets changed; `set` is null where any may have. */
  'labels.changed': { set: string | null };
}
