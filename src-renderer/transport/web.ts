import type { CallReply } from '../../src-main/hosts/bridge-contract.ts';
import { Listeners } from './listeners.ts';
import { CallError } from './transport.ts';
import type { Transport } from './transport.ts';

const RECONNECT_MILLISECONDS = 1000;

/** Over HTTP and a socket to `earshot serve`. */
export async function connectToWebHost(): Promise<Transport> {
  const capabilities = (await (
    await fetch('/capabilities.json')
  ).json()) as Transport['capabilities'];
  const listeners = new Listeners();
  listen(listeners);
  return {
    capabilities,
    call: async (name, input) => {
      const reply = await post(name, input);
      if (!reply.ok) throw new CallError(reply.error.code, reply.error.message);
      return reply.value as never;
    },
    subscribe: (name, listener) => listeners.add(name, listener),
    bytesUrl: (path) => `/bytes/${path}`,
  };
}

async function post(name: string, input: unknown): Promise<CallReply> {
  try {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(input ?? {});
    const response = await fetch(`/call/${name}`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()) as CallReply;
  } catch {
    const message = 'Earshot does not answer. Is it still running in the terminal?';
    return { ok: false, error: { code: 'unavailable', message } };
  }
}

function listen(listeners: Listeners): void {
  const socket = new WebSocket(`ws://${location.host}/events`);
  socket.addEventListener('message', ({ data }) => {
    const { name, payload } = JSON.parse(String(data)) as { name: string; payload: unknown };
    listeners.tell(name, payload);
  });
  socket.addEventListener('close', () =>
    setTimeout(() => listen(listeners), RECONNECT_MILLISECONDS),
  );
}
