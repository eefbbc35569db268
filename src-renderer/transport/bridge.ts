import type { EarshotBridge } from '../../src-main/hosts/bridge-contract.ts';
import { Listeners } from './listeners.ts';
import { CallError } from './transport.ts';
import type { Transport } from './transport.ts';

/** Over what the preload offers in Electron. */
export function connectToBridge(bridge: EarshotBridge): Transport {
  const listeners = new Listeners();
  bridge.subscribe((name, payload) => listeners.tell(name, payload));
  return {
    capabilities: bridge.capabilities,
    call: async (name, input) => {
      const reply = await bridge.call(name, input ?? {});
      if (!reply.ok) throw new CallError(reply.error.code, reply.error.message);
      return reply.value as never;
    },
    subscribe: (name, listener) => listeners.add(name, listener),
    bytesUrl: bridge.bytesUrl,
    addDropped: async (files) => {
      const reply = await bridge.addDropped(files);
      if (!reply.ok) throw new CallError(reply.error.code, reply.error.message);
    },
  };
}
