import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** What the page may load, in every host. Styles are set by components at run time. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/** A file of the built window; null where there is none. */
export async function staticFile(root: string, pathname: string): Promise<Response | null> {
  const path = resolve(join(root, pathname === '/' ? 'index.html' : decoded(pathname)));
  if (!path.startsWith(root + sep)) return null;
  const bytes = await readFile(path).catch(() => null);
  if (!bytes) return null;
  const isPage = path.endsWith('.html');
  return new Response(bytes as BodyInit, {
    headers: {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': isPage ? 'no-store' : 'private, max-age=31536000, immutable',
    },
  });
}

/** What is no text stays as it is: there is no such file. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
