import { PROVIDER_NAMES } from '../inference/contract.ts';
import type { Provider } from '../inference/contract.ts';

/** What computed a training. */
export interface TrainedOn {
  provider: Provider;
  /** Why it was this device, in sentences; null where there was no other. */
  why: string | null;
}

export const trainedOnWords = ({ provider, why }: TrainedOn): string =>
  `Trained on ${PROVIDER_NAMES[provider]}.${why === null ? '' : ` ${why}`}`;
