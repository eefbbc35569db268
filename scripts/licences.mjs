// `npm run package`: gathers the licences of what is packed or bundled into out/licences.txt, which goes
// into every installation. Electron adds its own and Chromium's.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root } from './set-up/places.mjs';

/** Packages of ours for building whose code ends up in the window. */
const BUNDLED = ['svelte', 'echarts', 'echarts-gl', 'flatbush'];

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const isPacked = ([path, { dev, optional }]) => path !== '' && !dev && !optional;
const names = new Set(
  Object.entries(packages)
    .filter(isPacked)
    .map(([path]) => path.replace('node_modules/', '')),
);
for (const name of BUNDLED) addWithDependencies(name);

mkdirSync(join(root, 'out'), { recursive: true });
writeFileSync(join(root, 'out', 'licences.txt'), [...names].sort().map(licenceOf).join('\n\n'));

function addWithDependencies(name) {
  if (names.has(name)) return;
  names.add(name);
  const { dependencies = {} } = packages[`node_modules/${name}`] ?? {};
  for (const other of Object.keys(dependencies)) {
    if (!other.startsWith('@types/')) addWithDependencies(other);
  }
}

function licenceOf(name) {
  const folder = join(modules, name);
  const { version, license } = packages[`node_modules/${name}`];
  const texts = licenceFiles(folder).map((file) => readFileSync(file, 'utf8').trim());
  const title = `${name} ${version} (${license ?? 'see below'})`;
  return [title, '='.repeat(title.length), ...texts].join('\n\n');
}

/** Some keep the licences of what they contain in a folder. */
function licenceFiles(folder) {
  if (!existsSync(folder)) return [];
  const isLicence = ({ name }) => /^(licen[cs]es?|notice|thirdparty)/i.test(name);
  const entries = readdirSync(folder, { withFileTypes: true }).filter(isLicence);
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path];
  });
}
