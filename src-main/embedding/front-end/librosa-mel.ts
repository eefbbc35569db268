import type { FrontEnd } from '../../models/room.ts';

/**
 * librosa 0.10's mel spectrogram of sound at 22,050 Hz: power in Slaney bands up to half the rate, in decibels
 * before anything is cut off.
 */
export const librosaMel = (bands: number): FrontEnd => ({
  sampleRate: 22_050,
  nFft: 2048,
  windowLength: 2048,
  hop: 512,
  window: 'hann',
  centre: 'zeros',
  removeDc: false,
  preEmphasis: 0,
  spectrum: 'power',
  bands,
  minHz: 0,
  maxHz: 11_025,
  scale: 'slaney',
  norm: 'slaney',
  triangles: 'hertz',
  compression: { kind: 'decibel', floor: 1e-10 },
  normalise: { subtract: 0, divide: 1 },
});
