import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findFfmpeg } from './ffmpeg.ts';
import { shrinkPicture } from './shrink-picture.ts';

const { ffmpeg } = await findFfmpeg({ settingPath: null });

function draw(size: string, ...codec: string[]): Buffer {
  const args = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc=s=${size}`];
  return execFileSync(ffmpeg!.path, [...args, '-frames:v', '1', ...codec, 'pipe:1']);
}

/** Width and height as the frame header of a JPEG says. */
function sizeOf(jpeg: Uint8Array): [number, number] {
  const bytes = Buffer.from(jpeg);
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
}

test.each([
  ['png', draw('640x480', '-c:v', 'png', '-f', 'image2pipe')],
  ['jpeg', draw('640x480', '-c:v', 'mjpeg', '-f', 'image2pipe')],
  ['gif', draw('640x480', '-f', 'gif')],
])('a %s becomes a small JPEG of the same shape', async (_, picture) => {
  const small = await shrinkPicture(ffmpeg!, picture, 64);
  expect(sizeOf(small!)).toEqual([64, 48]);
});

test('a picture is never made larger', async () => {
  const tiny = draw('20x10', '-c:v', 'png', '-f', 'image2pipe');
  expect(sizeOf((await shrinkPicture(ffmpeg!, tiny, 256))!)).toEqual([20, 10]);
});

test('what is no picture, or is a broken or an enormous one, gives nothing', async () => {
  const png = draw('64x64', '-c:v', 'png', '-f', 'image2pipe');
  const enormous = Buffer.from(png);
  enormous.writeUInt32BE(60_000, 16);
  enormous.writeUInt32BE(60_000, 20);
  for (const bytes of [Buffer.from('#EXTM3U\nfile:///etc/passwd'), png.subarray(0, 30), enormous]) {
    expect(await shrinkPicture(ffmpeg!, bytes, 64)).toBeNull();
  }
  expect(await shrinkPicture({ path: '/nowhere/ffmpeg' }, png, 64)).toBeNull();
});
