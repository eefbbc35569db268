import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'earshot';

/** Who may talk to the web host: whoever has the token of its start URL, from the page it served. */
export class Session {
  readonly token = randomBytes(24).toString('base64url');

  get cookie(): string {
    return `${COOKIE}=${this.token}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** The token in the start URL. */
  isToken(candidate: string | null): boolean {
    const given = Buffer.from(candidate ?? '');
    const known = Buffer.from(this.token);
    return given.length === known.length && timingSafeEqual(given, known);
  }

  hasCookie({ headers }: IncomingMessage): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim());
    return cookies.some(
      (part) => part.startsWith(`${COOKIE}=`) && this.isToken(part.slice(COOKIE.length + 1)),
    );
  }
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The page must have been asked for under a local name, and only it may ask for more: no DNS rebinding, no other site. */
export function isFromHere({ headers }: IncomingMessage): boolean {
  const { host, origin } = headers;
  if (!host || !LOCAL_HOST.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}
