import { z } from 'zod';
import { call } from '../base/contract.ts';

/** What computes a network, in the order in which they are tried. */
export const PROVIDERS = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** As people know them. */
export const PROVIDER_NAMES: Record<Provider, string> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
  cpu: 'the processor',
};

/** What a provider's self-test said: a small network, computed there and on the processor. */
export interface ProviderReport {
  provider: Provider;
  works: boolean;
  /** The name of the graphics card or processor, as far as the system tells it. */
  adapter: string | null;
  /** The largest difference to the processor's values, as a part of the largest; null where it did not run. */
  difference: number | null;
  /** Why it does not work, or why it comes last although it does, in a sentence. */
  reason: string | null;
}

export const inferenceCalls = {
  /** Tested once while the program runs, and again where asked for. */
  'inference.listProviders': call<ProviderReport[]>()(
    z.object({ again: z.boolean().default(false) }).default({ again: false }),
  ),
};

export interface InferenceEvents {
  /** A model goes on elsewhere than it began or would have begun. */
  'inference.deviceChanged': { from: Provider; to: Provider; reason: string };
}
