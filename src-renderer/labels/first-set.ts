import type { Transport } from '../transport/transport.ts';

/** Said where no set can tell tracks apart yet. */
export const NO_FULL_SET =
  'No set of labels has two values of three tracks each yet. Draw a lasso on the map and label what it holds, or label tracks on the page of labels, by hand or from a CSV.';

/** The name of the set that a page begins with; null where `NO_FULL_SET` is to be said. */
export const firstSet = async (transport: Transport): Promise<string | null> =>
  (await transport.call('labels.findFullest'))?.name ?? null;
