import { extname } from 'node:path';

const EXTENSIONS = new Set(
  '.mp3 .flac .ogg .oga .opus .m4a .m4b .aac .alac .mp4 .wav .aif .aiff .aifc .wma .ape .wv .webm .mka'.split(
    ' ',
  ),
);

/** Whether a file's name says that it may hold music; its content decides later. */
export const isAudioFile = (name: Buffer): boolean =>
  EXTENSIONS.has(extname(name.toString('latin1')).toLowerCase());

const COVER_NAMES = /^(cover|folder|front|albumart|album)\.(jpe?g|png|webp|gif)$/;

/** The file that is named as covers are; `cover` before `folder` and the others. */
export function chooseCover(names: Buffer[]): Buffer | null {
  const rank = (name: Buffer): string => name.toString('latin1').toLowerCase();
  const covers = names.filter((name) => COVER_NAMES.test(rank(name)));
  return covers.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0] ?? null;
}

/** Codecs that Chromium does not play; big-endian samples are AIFF. */
const TRANSCODED_CODECS = /^(alac|ape|wavpack|wma|tta|mpc|pcm_\w+be$|ac3|eac3|dts)/;
const TRANSCODED_EXTENSIONS = /\.(wma|ape|wv|aiff?|aifc|alac)$/i;

/** Whether a file must be converted to be played; by its codec, or by its name until that is known. */
export function isTranscoded(codec: string | null, name: Buffer): boolean {
  return codec === null
    ? TRANSCODED_EXTENSIONS.test(name.toString('latin1'))
    : TRANSCODED_CODECS.test(codec) || TRANSCODED_EXTENSIONS.test(name.toString('latin1'));
}
