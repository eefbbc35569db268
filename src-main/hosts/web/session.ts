import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may talk to the web host: whoever has the token of its start URL, from the page it served. */
export class Session {
  readonly token = randomBytes(24).toString('base64url');
  #name = 'earshot';

  /** Cookies don't know ports: two Earshots on one machine need two names. */
  bindTo(port: number): void {
    this.#name = `earshot-${port}`;
  }

  get cookie(): string {
    return `${this.#name}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** The token in the start URL. */
  isToken(candidate: string | null): boolean {
    const given = Buffer.from(candidate ?? '');
    const known = Buffer.from(this.token);
    return given.length === known.length && timingSafeEqual(given, known);
  }

  hasCookie({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim());
    const start = `${this.#name}=`;
    return cookies.some((part) => part.startsWith(start) && this.isToken(part.slice(start.length)));
  }
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The page must have been asked for under a local name, and only it may ask for more: no DNS rebinding, no other site. */
export function isFromHere({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  if (!host || !LOCAL_HOST.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

/** Whether a page of another site or port asks, as browsers say of themselves. */
export function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}
