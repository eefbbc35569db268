import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { AppError } from '../../base/errors.ts';
import type { Host } from '../../base/host.ts';

/**
 * How the outside is reached; empty for the machine's own certificates and the proxy of the environment. A proxy
 * that the system's settings name comes before that.
 */
export interface Network {
  /** Certificates to trust instead of the machine's own. */
  ca?: string;
  /** `HTTPS_PROXY`, `NO_PROXY` and their kin. */
  proxyEnv?: NodeJS.ProcessEnv;
  /** See `Host`. */
  proxiesFor?: Host['proxiesFor'];
}

const MAX_REDIRECTS = 5;
/** Longest silence before a connection counts as cut. */
const SILENCE_MILLISECONDS = 30_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * A GET over https that follows at most five redirects, all of them https.
 * The body is unread: whoever asked must read or destroy it.
 * @throws AppError `download-failed` for a redirect that is not followed; Node's own errors otherwise
 */
export async function httpsGet(
  address: string,
  headers: Record<string, string>,
  network: Network,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (url.protocol !== 'https:') {
      const message = `${new URL(address).host} sends on to ${url.href}, which is not https and is not followed.`;
      throw new AppError('download-failed', message);
    }
    const response = await getOnce(url, headers, await agentFor(url, network), signal);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || !location) return response;
    response.destroy();
    if (!URL.canParse(location, url)) {
      throw new AppError('download-failed', `${url.host} sends on to nowhere: ${location}`);
    }
    url = new URL(location, url);
  }
  const message = `${new URL(address).host} sends from one address to another without end.`;
  throw new AppError('download-failed', message);
}

async function agentFor(url: URL, { ca, proxyEnv, proxiesFor }: Network): Promise<Agent> {
  const proxies = (await proxiesFor?.(url.href)) ?? '';
  const [, kind, host] = /\b(PROXY|HTTPS) ([^;\s]+)/.exec(proxies) ?? [];
  if (!host) return new Agent({ ca, proxyEnv: proxyEnv ?? process.env });
  const scheme = kind === 'PROXY' ? 'http' : 'https';
  return new Agent({ ca, proxyEnv: { HTTPS_PROXY: `${scheme}://${host}` } });
}

function getOnce(
  url: URL,
  headers: Record<string, string>,
  agent: Agent,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent,
      signal,
      headers: { 'user-agent': 'Earshot', 'accept-encoding': 'identity', ...headers },
      timeout: SILENCE_MILLISECONDS,
    });
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.once('timeout', () => {
      sent.destroy(Object.assign(new Error(`${url.host} fell silent.`), { code: 'ETIMEDOUT' }));
    });
    sent.end();
  });
}
