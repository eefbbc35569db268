import type { PanelName } from '../../journey/contract.ts';

/** What a panel is called and what it shows, for somebody who sees such a picture for the first time. */
export const PANEL_WORDS: Record<PanelName, { title: string; sentence: string }> = {
  waveform: {
    title: 'Waveform',
    sentence:
      'How far the loudspeaker moves: the sound as it is stored, from the first second to the last.',
  },
  spectrogram: {
    title: 'Spectrogram',
    sentence: 'The same sound split into its frequencies: low tones at the bottom, bright is loud.',
  },
  mel: {
    title: 'Mel spectrogram',
    sentence:
      'Frequencies in steps that an ear hears as equal: 128 bands, in decibels below the loudest.',
  },
  mfcc: {
    title: 'MFCC, the timbre',
    sentence:
      'The shape of the spectrum in 20 numbers: what a voice or an instrument sounds like, whatever it plays. Each row by its own spread.',
  },
  chroma: {
    title: 'Chroma, the notes',
    sentence: 'How strong each of the twelve notes is, in whichever octave.',
  },
  tempogram: {
    title: 'Tempogram, the pulse',
    sentence: 'How strongly the beats repeat at each tempo; half and double tempo light up too.',
  },
  tonnetz: {
    title: 'Tonnetz, the chords',
    sentence:
      'The notes as places in a space in which fifths and thirds are near: chords are spots, changes are jumps.',
  },
};
