/** Front door: files → samples, peaks, loudness, identity. The only room that starts ffmpeg. */
export { decodeTrack } from './decode.ts';
export type { DecodeResult, SampleSinks } from './decode.ts';
export { findFfmpeg } from './ffmpeg.ts';
export type { Ffmpeg, FfmpegSearch } from './ffmpeg.ts';
export { transcode } from './transcode.ts';
export { measureTruePeak } from './true-peak.ts';
export { encodeAudio } from './encode.ts';
export { shrinkPicture } from './shrink-picture.ts';
