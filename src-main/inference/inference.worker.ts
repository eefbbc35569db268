/** Entry of an inference process: registration only. A driver may bring it down at any time. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { adapterName } from './adapter-name.ts';
import type { LocalSession } from './local-session.ts';
import { openNetwork } from './open-network.ts';
import { selfTest } from './self-test.ts';
import type { InferenceWorkerTable } from './worker-table.ts';

const sessions = new Map<string, LocalSession>();

serveWorkerCalls<InferenceWorkerTable>({
  selfTest: async ({ provider }) => ({
    difference: await selfTest(provider),
    adapter: await adapterName(provider),
  }),
  open: async ({ key, network, provider, folder }) => {
    const session = await openNetwork(network, provider, folder);
    sessions.set(key, session);
    return { inputs: session.inputs, outputs: session.outputs };
  },
  run: ({ key, feeds, fetches }) => sessions.get(key)!.run(feeds, fetches),
  release: async ({ key }) => {
    const session = sessions.get(key);
    sessions.delete(key);
    await session?.release();
  },
});
