import type { App } from '../../app.ts';
import { serveBytes } from '../serve-bytes.ts';
import { CONTENT_SECURITY_POLICY, staticFile } from '../web/static-files.ts';

/** Answers `earshot://app/…`: bytes under `/bytes/`, the rest from the built window. */
export async function serveProtocol(
  app: App,
  renderer: string,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== 'app') return new Response(null, { status: 404 });
  if (url.pathname.startsWith('/bytes/')) {
    const inner = new URL(url.pathname.slice('/bytes'.length) + url.search, 'http://bytes');
    const { method, headers, signal } = request;
    return serveBytes(app, new Request(inner, { method, headers, signal }));
  }
  const file = await staticFile(renderer, url.pathname);
  if (!file) return new Response(null, { status: 404 });
  file.headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
  return file;
}
