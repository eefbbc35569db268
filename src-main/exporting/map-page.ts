import { createHash } from 'node:crypto';
import { CORNERS } from '../drawing/map/shapes.ts';
import { escapeMarkup, jsonForScript } from './markup.ts';
import { runPage } from './page-program.ts';
import type { PageData } from './page-program.ts';
import { makeStamp, press } from './stamp.ts';

/** What the page itself brings along. */
export type PageContent = Omit<PageData, 'corners'>;

/**
 * One page with everything in it: it asks nothing of any network and works from a file. Tags are data in a
 * script that no browser runs, and the page allows its own program and no other by its hash.
 */
export function pageOf(content: PageContent): string {
  const tools = `{ makeStamp: ${makeStamp.toString()}, press: ${press.toString()} }`;
  // The reader of the page takes every end of a line for one sign, and so must the hash.
  const program = `(${runPage.toString()})(${tools});`.replaceAll('\r\n', '\n');
  const policy = [
    `default-src 'none'`,
    `script-src ${hashOf(program)}`,
    `style-src ${hashOf(STYLE)}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const title = escapeMarkup(content.title);
  const { count, dims, colourBy } = content;
  const keys = dims === 2 ? 'Arrow keys move' : 'Arrow keys turn';
  const data: PageData = { ...content, corners: CORNERS };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<canvas id="map" tabindex="0" role="application" aria-label="Map of ${count} tracks. ${keys}, plus and minus zoom, 0 shows all. The search lists tracks."></canvas>
<div id="tip" role="status" hidden></div>
<p>All ${count} tracks. Near means alike; the axes mean nothing.</p>
</main>
<aside>
<h1>${title}</h1>
<label>Search <input id="search" type="search" placeholder="Title, artist, genre"></label>
<p id="found" role="status"></p>
<ul id="results" aria-label="Tracks found"></ul>
<h2>${escapeMarkup(colourBy)}</h2>
<ul id="legend" aria-label="Legend"></ul>
</aside>
<script type="application/json" id="data">${jsonForScript(data)}</script>
<script>${program}</script>
</body>
</html>
`;
}

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const STYLE = `
:root { color-scheme: light dark; --ground: #fbfcfd; --surface: #fff; --text: #1a1e27; --soft: #566072; --line: #d8dce4;
  font: 14px/1.45 system-ui, 'Segoe UI', Roboto, sans-serif; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0b0e13; --surface: #171b23; --text: #e9ecf2; --soft: #a3adbf; --line: #2d3442; }
}
* { box-sizing: border-box; }
body { display: flex; height: 100vh; margin: 0; background: var(--surface); color: var(--text); }
main { position: relative; flex: 1; min-width: 0; background: var(--ground); }
canvas { position: absolute; width: 100%; height: 100%; cursor: grab; touch-action: none; }
main p { position: absolute; bottom: 0; left: 12px; color: var(--soft); font-size: 12px; pointer-events: none; }
#tip { position: absolute; max-width: 250px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--surface); font-size: 12px; pointer-events: none; overflow-wrap: anywhere; }
#tip > * { display: block; }
aside { display: flex; flex-direction: column; gap: 8px; width: 260px; padding: 16px; border-left: 1px solid var(--line);
  overflow: auto; }
h1, h2 { margin: 0; font-size: 14px; overflow-wrap: anywhere; }
input { width: 100%; padding: 6px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--ground);
  color: inherit; font: inherit; }
ul { margin: 0; padding: 0; list-style: none; }
aside p { margin: 0; color: var(--soft); }
#results { flex: 0 1 auto; overflow: auto; }
li button { display: flex; gap: 8px; align-items: center; width: 100%; padding: 3px 4px; border: 0; border-radius: 4px;
  background: none; color: inherit; font: inherit; text-align: left; overflow-wrap: anywhere; cursor: pointer; }
li button:hover { background: color-mix(in srgb, currentcolor 10%, transparent); }
button[aria-pressed='false'] { opacity: 0.45; text-decoration: line-through; }
svg { flex: none; width: 12px; height: 12px; fill: var(--light); }
@media (prefers-color-scheme: dark) { svg { fill: var(--dark); } }
@media (width < 700px) { body { flex-direction: column; } main { min-height: 60vh; } aside { width: auto; border: 0; } }
`;
