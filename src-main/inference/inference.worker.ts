/** Entry of an inference process: registration only. A driver may bring it down at any time. */
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { adapterName } from './adapter-name.ts';
import type { LocalSession } from './local-session.ts';
import { MemoryGuard } from './memory-guard.ts';
import { openNetwork } from './open-network.ts';
import { selfTest } from './self-test.ts';
import type { InferenceWorkerTable } from './worker-table.ts';

const sessions = new Map<string, { session: LocalSession; guard: MemoryGuard }>();

serveWorkerCalls<InferenceWorkerTable>({
  selfTest: async ({ provider }) => ({
    ...(await selfTest(provider)),
    adapter: await adapterName(provider),
  }),
  open: async ({ key, network, provider, folder }) => {
    const session = await openNetwork(network, provider, folder);
    sessions.set(key, { session, guard: new MemoryGuard() });
    return { inputs: session.inputs, outputs: session.outputs };
  },
  run: async ({ key, feeds, fetches }) => {
    const { session, guard } = sessions.get(key)!;
    guard.check(feeds);
    const answer = await session.run(feeds, fetches);
    guard.add(feeds);
    return answer;
  },
  release: async ({ key }) => {
    const held = sessions.get(key);
    sessions.delete(key);
    await held?.session.release();
  },
});
