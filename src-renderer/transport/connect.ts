import type { EarshotBridge } from '../../src-main/hosts/bridge-contract.ts';
import { connectToBridge } from './bridge.ts';
import type { Transport } from './transport.ts';
import { connectToWebHost } from './web.ts';

/** The one place that knows that there are two hosts. */
export async function connect(): Promise<Transport> {
  const { earshot } = globalThis as { earshot?: EarshotBridge };
  return earshot ? connectToBridge(earshot) : connectToWebHost();
}
