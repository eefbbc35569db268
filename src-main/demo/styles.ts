import type { Tape } from './instruments.ts';

/** What a style needs to make one piece. */
export interface Piece {
  tape: Tape;
  random: () => number;
  /** MIDI number of the key note. */
  tonic: number;
  isMinor: boolean;
  tempo: number;
}

export interface Style {
  genre: string;
  artist: string;
  album: string;
  year: number;
  tempo: [number, number];
  /** Peak of the finished sound; quiet styles are quiet. */
  peak: number;
  titles: string[];
  compose(piece: Piece): void;
}

const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const MINOR = [0, 2, 3, 5, 7, 8, 10];

/** The note `degree` steps up the scale. */
function step({ tonic, isMinor }: Piece, degree: number): number {
  const scale = isMinor ? MINOR : MAJOR;
  const octave = Math.floor(degree / 7);
  return tonic + 12 * octave + scale[((degree % 7) + 7) % 7];
}

const pick = <Item>({ random }: Piece, items: Item[]): Item =>
  items[Math.floor(random() * items.length)];

/** Calls `play` for every beat that fits. */
function beats(
  { tape, tempo }: Piece,
  play: (at: number, beat: number, length: number) => void,
): void {
  const length = 60 / tempo;
  for (let beat = 0; beat * length < tape.seconds - 1; beat++) play(beat * length, beat, length);
}

const PROGRESSIONS = [
  [0, 5, 3, 4],
  [0, 3, 4, 3],
  [0, 4, 5, 3],
  [5, 3, 0, 4],
];

const chordAt = (progression: number[], beat: number, perChord: number): number =>
  progression[Math.floor(beat / perChord) % progression.length];

function ambient(piece: Piece): void {
  const { tape, random } = piece;
  const progression = pick(piece, PROGRESSIONS);
  for (let at = 0, i = 0; at < tape.seconds; at += 6, i++) {
    for (const third of [0, 2, 4, 6]) {
      const midi = step(piece, progression[i % 4] + third) - (third === 0 ? 12 : 0);
      const pan = random() * 1.4 - 0.7;
      tape.note({ at, seconds: 6, midi, wave: 'sine', gain: 0.2, attack: 2.5, release: 3, pan });
      tape.note({
        at,
        seconds: 6,
        midi: midi + 0.07,
        wave: 'triangle',
        gain: 0.07,
        attack: 3,
        release: 3,
        pan: -pan,
      });
    }
    const sparkle = step(piece, Math.floor(random() * 7) + 14);
    tape.note({
      at: at + 5 * random(),
      seconds: 1,
      midi: sparkle,
      wave: 'bell',
      gain: 0.05,
      decay: 0.6,
      release: 1,
    });
  }
  tape.echo(0.73, 0.45);
}

function techno(piece: Piece): void {
  const { tape, random } = piece;
  const riff = Array.from({ length: 16 }, () => (random() < 0.6 ? Math.floor(random() * 5) : -1));
  beats(piece, (at, beat, length) => {
    tape.kick(at, 0.9);
    tape.noise(at + length / 2, 0.07, 0.3);
    if (beat % 2 === 1) tape.snare(at, 0.35);
    for (let i = 0; i < 4; i++) {
      const degree = riff[(beat * 4 + i) % 16];
      if (degree < 0 || beat < 8) continue;
      const midi = step(piece, degree) - 12;
      tape.note({
        at: at + (i * length) / 4,
        seconds: length / 5,
        midi,
        wave: 'saw',
        gain: 0.22,
        decay: 0.08,
      });
    }
    if (beat >= 16 && beat % 8 === 0) {
      for (const third of [0, 2, 4]) {
        tape.note({
          at,
          seconds: length * 4,
          midi: step(piece, third),
          wave: 'saw',
          gain: 0.05,
          attack: 0.3,
          release: 0.8,
          pan: third / 4 - 0.5,
        });
      }
    }
  });
}

function chiptune(piece: Piece): void {
  const { tape, random } = piece;
  const progression = pick(piece, PROGRESSIONS);
  const melody = Array.from({ length: 16 }, () => Math.floor(random() * 8));
  beats(piece, (at, beat, length) => {
    const chord = chordAt(progression, beat, 4);
    for (let i = 0; i < 4; i++) {
      const midi = step(piece, chord + [0, 2, 4, 7][i]) + 12;
      tape.note({
        at: at + (i * length) / 4,
        seconds: length / 4.5,
        midi,
        wave: 'square',
        gain: 0.1,
        pan: -0.4,
        attack: 0.002,
        release: 0.01,
      });
    }
    tape.note({
      at,
      seconds: length * 0.8,
      midi: step(piece, chord) - 12,
      wave: 'triangle',
      gain: 0.3,
      attack: 0.002,
      release: 0.02,
    });
    const note = step(piece, melody[beat % 16] + (beat % 32 > 15 ? 2 : 0)) + 24;
    if (random() < 0.85)
      tape.note({
        at,
        seconds: length * 0.45,
        midi: note,
        wave: 'square',
        gain: 0.16,
        pan: 0.3,
        attack: 0.002,
        release: 0.02,
        vibrato: 0.15,
      });
    tape.noise(at + (beat % 2) * 0.001, beat % 2 ? 0.1 : 0.03, beat % 2 ? 0.35 : 0.2);
  });
}

/** Three beats to the bar, strings plucked. */
function folk(piece: Piece): void {
  const { tape, random } = piece;
  const progression = pick(piece, PROGRESSIONS);
  let degree = 7;
  beats(piece, (at, beat, length) => {
    const chord = chordAt(progression, beat, 6);
    if (beat % 3 === 0) tape.pluck(at, step(piece, chord) - 12, 0.6, -0.2, 0.998);
    else for (const third of [2, 4]) tape.pluck(at, step(piece, chord + third), 0.3, 0.2);
    degree = Math.max(4, Math.min(14, degree + Math.floor(random() * 5) - 2));
    if (random() < 0.7) tape.pluck(at, step(piece, degree), 0.45, 0.4);
    if (random() < 0.3) tape.pluck(at + length / 2, step(piece, degree + 1), 0.35, 0.4);
  });
}

function ballad(piece: Piece): void {
  const { tape, random } = piece;
  const progression = pick(piece, PROGRESSIONS);
  const key = (at: number, midi: number, gain: number, pan: number): void => {
    tape.note({
      at,
      seconds: 2,
      midi,
      wave: 'triangle',
      gain,
      decay: 0.45,
      attack: 0.004,
      release: 0.4,
      pan,
    });
    tape.note({
      at,
      seconds: 1,
      midi: midi + 12,
      wave: 'sine',
      gain: gain * 0.4,
      decay: 0.2,
      attack: 0.003,
      pan,
    });
  };
  beats(piece, (at, beat, length) => {
    const chord = chordAt(progression, beat, 4);
    if (beat % 4 === 0) key(at, step(piece, chord) - 24, 0.4, -0.3);
    for (const [i, third] of [0, 2, 4, 2].entries()) {
      if (i % 2 === beat % 2) key(at, step(piece, chord + third) - 12, 0.16, -0.15);
    }
    if (random() < 0.55)
      key(
        at + (random() < 0.3 ? length / 2 : 0),
        step(piece, chord + pick(piece, [7, 9, 11, 8])),
        0.3,
        0.25,
      );
  });
  tape.echo(0.31, 0.25);
}

function drumAndBass(piece: Piece): void {
  const { tape, random } = piece;
  const bass = Array.from({ length: 8 }, () => Math.floor(random() * 4));
  beats(piece, (at, beat, length) => {
    const bar = beat % 4;
    if (bar === 0) tape.kick(at, 0.85);
    if (bar === 2) tape.kick(at + length / 2, 0.8);
    if (bar === 1 || bar === 3) tape.snare(at, 0.7);
    if (random() < 0.4) tape.snare(at + length * 0.75, 0.2);
    for (let i = 0; i < 4; i++)
      tape.noise(at + (i * length) / 4, 0.035, 0.14 + 0.12 * random(), { pan: 0.3 });
    const midi = step(piece, bass[beat % 8]) - 24;
    tape.note({
      at,
      seconds: length * 0.9,
      midi,
      wave: 'saw',
      gain: 0.24,
      attack: 0.01,
      vibrato: 0.3,
    });
    tape.note({ at, seconds: length * 0.9, midi: midi - 12, wave: 'sine', gain: 0.4 });
    if (beat % 16 === 0) {
      tape.note({
        at,
        seconds: length * 8,
        midi: step(piece, 4),
        wave: 'organ',
        gain: 0.08,
        attack: 0.5,
        release: 1,
      });
    }
  });
}

function strings(piece: Piece): void {
  const { tape, random } = piece;
  const progression = pick(piece, PROGRESSIONS);
  beats(piece, (at, beat, length) => {
    if (beat % 4 !== 0) return;
    const chord = chordAt(progression, beat, 4);
    const voices = [chord - 7, chord, chord + 2, chord + 4 + (random() < 0.4 ? 3 : 0)];
    for (const [i, degree] of voices.entries()) {
      const midi = step(piece, degree);
      const pan = [-0.6, -0.2, 0.2, 0.6][i];
      for (const detune of [-0.05, 0.05]) {
        tape.note({
          at,
          seconds: length * 3.9,
          midi: midi + detune,
          wave: 'saw',
          gain: 0.045,
          attack: 0.25,
          release: 0.4,
          pan,
          vibrato: 0.12,
        });
      }
    }
    const melody = step(piece, chord + pick(piece, [7, 9, 11]));
    tape.note({
      at: at + length * 2,
      seconds: length * 1.8,
      midi: melody,
      wave: 'saw',
      gain: 0.06,
      attack: 0.15,
      release: 0.3,
      vibrato: 0.2,
      pan: 0.5,
    });
  });
  tape.echo(0.11, 0.3);
}

function weather(piece: Piece): void {
  const { tape, random } = piece;
  tape.stream(0.9, 0.05 + 0.5 * random(), 0.06);
  for (let at = 0; at < tape.seconds; at += 0.02 + 0.25 * random()) {
    tape.noise(at, 0.015 + 0.03 * random(), 0.1 + 0.2 * random(), { pan: 2 * random() - 1 });
  }
  if (random() < 0.5) {
    tape.note({
      at: tape.seconds * random() * 0.6,
      seconds: 3,
      midi: 28,
      wave: 'triangle',
      gain: 0.5,
      attack: 0.4,
      release: 3,
      vibrato: 1.5,
    });
  }
}

export const STYLES: Style[] = [
  {
    genre: 'Ambient',
    artist: 'Slow Tide',
    album: 'Harbour Lights',
    year: 1996,
    tempo: [60, 60],
    peak: 0.5,
    compose: ambient,
    titles: [
      'Undertow',
      'Glass Water',
      'Far Lamp',
      'Low Fog',
      'Drift',
      'Still Point',
      'Night Ferry',
      'Salt Air',
    ],
  },
  {
    genre: 'Techno',
    artist: 'Motor Ward',
    album: 'Night Shift',
    year: 2004,
    tempo: [124, 138],
    peak: 0.95,
    compose: techno,
    titles: [
      'Conveyor',
      'Red Signal',
      'Piston',
      'Shift Change',
      'Loading Bay',
      'Hydraulic',
      'Overtime',
      'Steel Door',
    ],
  },
  {
    genre: 'Chiptune',
    artist: 'Pixel Parade',
    album: 'Continue?',
    year: 2011,
    tempo: [132, 164],
    peak: 0.85,
    compose: chiptune,
    titles: [
      'Coin Up',
      'World 1-1',
      'Boss Door',
      'Power Jump',
      'High Score',
      'Secret Room',
      'Last Life',
      'Credits',
    ],
  },
  {
    genre: 'Folk',
    artist: 'Anna Birkenfeld',
    album: 'Waltzes from the Mill',
    year: 1978,
    tempo: [108, 150],
    peak: 0.7,
    compose: folk,
    titles: [
      'The Miller’s Daughter',
      'Three Roads',
      'Hay Wain',
      'Bridge Waltz',
      'Rye and Clover',
      'Lantern Dance',
      'Old Well',
      'Farewell, Swallow',
    ],
  },
  {
    genre: 'Ballad',
    artist: 'Theo Marsh',
    album: 'Letters Never Sent',
    year: 1987,
    tempo: [64, 84],
    peak: 0.7,
    compose: ballad,
    titles: [
      'Dear You',
      'Platform Nine',
      'Slow Rain',
      'Postcard',
      'Unsaid',
      'Grey Coat',
      'Window Seat',
      'Yours, Always',
    ],
  },
  {
    genre: 'Drum & Bass',
    artist: 'Volt Kites',
    album: 'Tower Block Sky',
    year: 1999,
    tempo: [168, 178],
    peak: 0.95,
    compose: drumAndBass,
    titles: [
      'Rooftop',
      'Pirate Signal',
      'Eastway',
      'Subline',
      'Flyover',
      'Stairwell',
      'Concrete Moon',
      'Aerial',
    ],
  },
  {
    genre: 'Classical',
    artist: 'Quartet Lindenhof',
    album: 'Evening Music',
    year: 1965,
    tempo: [66, 92],
    peak: 0.65,
    compose: strings,
    titles: [
      'Prelude',
      'Largo',
      'Pastorale',
      'Elegy',
      'Sarabande',
      'Notturno',
      'Chorale',
      'Finale',
    ],
  },
  {
    genre: 'Soundscape',
    artist: 'Field Recordings',
    album: 'Weather Diary',
    year: 2019,
    tempo: [60, 60],
    peak: 0.45,
    compose: weather,
    titles: [
      'Rain on Tin',
      'Gale Warning',
      'Drizzle',
      'River Weir',
      'Snow Melt',
      'Storm Front',
      'Waterfall',
      'Wind in Pines',
    ],
  },
];
