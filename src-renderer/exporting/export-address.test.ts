import { expect, test } from 'vitest';
import { pictureOptions } from '../../src-main/exporting/room.ts';
import { exportAddress } from './export-address.ts';

const asked = { mapId: 7, colour: 'key', theme: 'dark', width: 900, height: 700 } as const;
const read = (address: string) =>
  pictureOptions.parse(Object.fromEntries(new URLSearchParams(address.split('?')[1])));

test('the core reads what the window asks for', () => {
  const address = exportAddress('map.svg', { ...asked, view: [-1.5, 2, 1e-7, 3], hidden: [2, 5] });
  expect(address).toMatch(/^export\/map\.svg\?map=7&/);
  expect(read(address)).toEqual({
    colour: 'key',
    theme: 'dark',
    width: 900,
    height: 700,
    view: [-1.5, 2, 1e-7, 3],
    hidden: [2, 5],
  });
});

test('all of the map, nothing hidden', () => {
  const address = exportAddress('map.svg', { ...asked, view: null, hidden: [] });
  expect(read(address)).toMatchObject({ view: [], hidden: [] });
});
