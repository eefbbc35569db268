import type { FileHandle } from 'node:fs/promises';

const HEAD_BYTES = 16;
const UNKNOWN = 'application/octet-stream';
export const PLAYLIST = 'application/vnd.apple.mpegurl';

const ascii = (head: Buffer, start: number, text: string): boolean =>
  head.toString('latin1', start, start + text.length) === text;

/** What a music file is by its first bytes; names lie, and a wrong type keeps browsers from playing. */
export async function contentType(file: FileHandle): Promise<string> {
  const head = await readHead(file, 0);
  if (!ascii(head, 0, 'ID3')) return typeOfHead(head);
  // Tags stand before the sound; they are mostly, but not only, of MP3 files.
  const type = typeOfHead(await readHead(file, lengthOfId3(head)));
  return type === UNKNOWN ? 'audio/mpeg' : type;
}

function typeOfHead(head: Buffer): string {
  if (head.toString('latin1').trimStart().startsWith('#EXTM3U')) return PLAYLIST;
  if (ascii(head, 0, 'fLaC')) return 'audio/flac';
  if (ascii(head, 0, 'OggS')) return 'audio/ogg';
  if (ascii(head, 0, 'RIFF') && ascii(head, 8, 'WAVE')) return 'audio/wav';
  if (ascii(head, 4, 'ftyp')) return 'audio/mp4';
  if (head.length >= 4 && head.readUInt32BE(0) === 0x1a45dfa3) return 'audio/webm';
  if (ascii(head, 0, 'ADIF')) return 'audio/aac';
  if (head.length < 2) return UNKNOWN;
  const sync = head.readUInt16BE(0);
  if ((sync & 0xfff6) === 0xfff0) return 'audio/aac'; // MPEG sync with layer 0: ADTS.
  return (sync & 0xffe0) === 0xffe0 ? 'audio/mpeg' : UNKNOWN;
}

/** Bytes of an ID3v2 tag with its header: four times seven bits. */
const lengthOfId3 = (head: Buffer): number =>
  head.length < 10
    ? 0
    : 10 + head.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);

async function readHead(file: FileHandle, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, position);
  return bytes.subarray(0, bytesRead);
}
