import { z } from 'zod';
import { call, nothing } from '../base/contract.ts';
import type { Provider } from '../inference/contract.ts';

/** `part`: some of its files are here. `unchecked`: all are here, but nobody has looked at them yet. */
export type VariantState = 'absent' | 'part' | 'unchecked' | 'ready';

export interface ModelVariant {
  id: string;
  about: string;
  /** Of all its files, roughly where the publisher's figures are unknown; null where nothing is known. */
  bytes: number | null;
  /** Every file has an address; otherwise the files are put by hand. */
  canDownload: boolean;
  state: VariantState;
  files: WantedModelFile[];
}

export interface WantedModelFile {
  name: string;
  url: string | null;
  bytes: number | null;
  isHere: boolean;
}

/** One model of the catalogue and what of it is on this machine. */
export interface ModelEntry {
  id: string;
  name: string;
  /** What it is good for. */
  about: string;
  source: string;
  licence: { name: string; url: string | null; sentence: string; nonCommercial: boolean };
  /** Brought by the user, not shipped with the program. */
  isOwn: boolean;
  dims: number;
  /** Of one segment. */
  segmentSeconds: number;
  /** What its head tells apart, such as `Discogs styles`; null where it has none. */
  labels: string | null;
  /** Sounds can be found by words. */
  hasText: boolean;
  variants: ModelVariant[];
  /** The variant in use; null until one is ready. */
  variant: string | null;
  bytesOnDisk: number;
  /** Where files are put by hand. */
  folder: string;
  /** What is wrong with the files that are here, in a sentence. */
  problem: string | null;
  download: DownloadProgress | null;
}

export interface ModelList {
  models: ModelEntry[];
  /** Folders that are no model, with the reason. */
  broken: { folder: string; reason: string }[];
  /** Where folders of models of one's own are put. */
  ownFolder: string;
}

export interface DownloadProgress {
  id: string;
  variant: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  /** Of all files of the variant. */
  receivedBytes: number;
  totalBytes: number | null;
  /** Why it failed. */
  message: string | null;
}

/** What one segment through a network showed. */
export interface ModelTrial {
  id: string;
  variant: string;
  /** The device it ran on. */
  provider: Provider;
  /** Shape of the input that was given: one segment. */
  input: number[];
  /** Of the embedding. */
  dims: number;
  /** Null where the model has no head. */
  classes: number | null;
  /** For one segment: the best of three. */
  milliseconds: number;
}

const modelId = z.string().max(61);

export const modelsCalls = {
  'models.list': call<ModelList>()(nothing),
  /** Begins a download; the news comes as `models.downloadProgressed`. The user has seen the licence. */
  'models.add': call<void>()(
    z.object({
      id: modelId,
      variant: z.string().max(31).optional(),
      acceptsLicence: z.literal(true),
    }),
  ),
  'models.cancel': call<void>()(z.object({ id: modelId })),
  /** Looks again at files that were put by hand: of one model, or of all that nobody has looked at yet. */
  'models.check': call<ModelList>()(z.object({ id: modelId.optional() }).default({})),
  /** Asks for a folder of files of this model, or of a model of one's own; null where the user cancels. */
  'models.addFromFolder': call<ModelEntry | null>()(
    z.object({ id: modelId.optional() }).default({}),
  ),
  /** Takes another variant that is ready into use. */
  'models.choose': call<void>()(z.object({ id: modelId, variant: z.string().max(31) })),
  /** Deletes the files; what was made with them stays. */
  'models.remove': call<void>()(z.object({ id: modelId })),
  /** Runs one segment. */
  'models.test': call<ModelTrial>()(z.object({ id: modelId })),
};

export interface ModelsEvents {
  /** Something of the catalogue or of the files is another. */
  'models.changed': { id: string };
  'models.downloadProgressed': DownloadProgress;
}
