import { z } from 'zod';
import { call, nothing } from '../base/contract.ts';

/** What a model has heard of the library, and what the rest would take. */
export interface ModelProgress {
  id: string;
  name: string;
  /** Its files are here; the hand-crafted features always are. */
  installed: boolean;
  /** `waiting`: it is to hear what is missing, but nothing of it is at work just now. */
  state: 'idle' | 'waiting' | 'running';
  /** Tracks that were heard and have no vector of this model and version. */
  missing: number;
  done: number;
  /** Tracks whose sound is fine but that this model could not take. */
  failed: number;
  /** What its vectors take on the disk. */
  bytes: number;
  /** As measured on `device`; null before the first tracks. */
  tracksPerMinute: number | null;
  /** For what is missing; null where the speed is not known. */
  forecastSeconds: number | null;
  forecastBytes: number | null;
  /** Such as `cpu` or `webgpu`; null before the first run. */
  device: string | null;
  /** Why it does not go on, in a sentence. */
  notice: string | null;
}

/** How a model does on some tracks of the library. */
export interface ModelTrial {
  model: string;
  tracks: number;
  seconds: number;
  tracksPerMinute: number;
  forecastSeconds: number;
  forecastBytes: number;
  device: string;
}

const model = z.string().min(1).max(100);

export const embeddingCalls = {
  /** The hand-crafted features and every model of the catalogue. */
  'embedding.getModels': call<ModelProgress[]>()(nothing),
  /** Hears what is missing, now and whenever tracks are added, until it is paused. */
  'embedding.run': call<void>()(z.object({ model })),
  /** One model, or all of them. What it has heard stays. */
  'embedding.pause': call<void>()(z.object({ model: model.optional() }).default({})),
  /** Pauses the model and forgets what it has heard, its maps too. */
  'embedding.removeVectors': call<void>()(z.object({ model })),
  /** Hears 20 tracks and keeps what it heard; answers when that is done. */
  'embedding.tryModel': call<ModelTrial>()(z.object({ model })),
};

export interface EmbeddingEvents {
  /** A model is to hear what it misses. */
  'embedding.wanted': { model: string };
  'embedding.vectorsRemoved': { model: string };
  'embedding.progressed': ModelProgress[];
}
