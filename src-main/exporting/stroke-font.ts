// prettier-ignore
/**
 * Letters as lines, for pictures that are made without a browser and its fonts. A letter is its width and its
 * strokes, on a grid with capitals from 0 down to 8, small letters from 3, tails to b (11). A stroke is pairs
 * of x and y in base 36; `~` rounds its corners, `@` also closes it.
 */
const LETTERS: Record<string, string> = {
  A: '6 083068 1555', B: '6 0800 ~003050543404 ~043464683808', C: '6 ~626000086866',
  D: '6 0800 ~003060683808', E: '5 50000858 0444', F: '5 500008 0444',
  G: '6 ~626000086865 6535', H: '6 0008 6068 0464', I: '0 0008', J: '4 ~4045480806',
  K: '6 0008 6005 2368', L: '5 000858', M: '6 0800356068', N: '6 08006860', O: '6 @00606808',
  P: '6 0800 ~003060643404', Q: '6 @00606808 4669', R: '6 0800 ~003060643404 3468',
  S: '6 ~6260000464680806', T: '6 0060 3038', U: '6 ~000508686560', V: '6 003860',
  W: '8 0028416880', X: '6 0068 6008', Y: '6 003460 3438', Z: '6 00600868',
  a: '5 @03535808 5358', b: '5 0008 @03535808', c: '5 ~545303085857', d: '5 @03535808 5058',
  e: '5 0555 ~555303085857', f: '4 ~40101318 0333', g: '5 @03535808 ~53585b0b0a',
  h: '5 0008 ~0503535558', i: '0 0308 0101', j: '2 ~23282b0b 2121', k: '4 0008 4306 1548',
  l: '1 ~000818', m: '8 0308 ~0503434548 ~4543838588', n: '5 0308 ~0503535558',
  o: '5 @03535808', p: '5 030b @03535808', q: '5 @03535808 535b', r: '3 0308 ~050333',
  s: '4 ~4443030546480807', t: '3 ~11161838 0333', u: '5 ~030608585653 5358', v: '4 032843',
  w: '8 0328446883', x: '4 0348 4308', y: '4 0328 431b', z: '4 03430848',
  '0': '5 @00505808', '1': '3 022028', '2': '5 ~0200505308 0858', '3': '5 ~0100505424 ~2454580807',
  '4': '5 48400656', '5': '5 500003 ~0353580807', '6': '5 ~500006 @04545808', '7': '5 005028',
  '8': '5 @00505404 @04545808', '9': '5 @00505404 ~525808',
  ' ': '3', '.': '0 0808', ',': '1 180a', ':': '0 0404 0808', ';': '1 1414 180a',
  '!': '0 0005 0808', '?': '4 ~010040432425 2828', '-': '3 0535', '–': '4 0545', '—': '6 0565',
  _: '5 0959', '(': '2 ~20020628', ')': '2 ~00222608', '[': '2 20000828', ']': '2 00202808',
  '{': '2 ~20101304 ~04151828', '}': '2 ~00101324 ~24151808', '/': '4 4008', '\\': '4 0048',
  '|': '0 000a', '+': '4 2327 0545', '=': '4 0444 0646', '*': '4 2024 0143 0341',
  '&': '6 ~681210404205084865', '%': '6 6008 @00202303 @45656848', '#': '6 2018 5048 0363 0565',
  '♯': '6 2018 5048 0363 0565', '♭': '4 0008 @04444808', '@': '7 @00707808 @23535626',
  '"': '2 0002 2022', '`': '1 0012', "'": '0 0002', '’': '1 1002', '‘': '1 0012', '“': '3 0012 2032',
  '”': '3 1002 3022', '^': '4 022042', '~': '5 ~05144655', '<': '4 430547', '>': '4 034507',
  $: '6 ~6260000464680806 3038', '…': '6 0808 3838 6868', '·': '0 0505', '°': '2 @00202202',
};

// prettier-ignore
/** Letters that do not fall apart into a plain one and its mark. */
const SPELLED: Record<string, string> = {
  ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd',
  þ: 'th', ı: 'i',
};
/** What no line is known for. */
const UNKNOWN = '5 0050580800';
const GAP = 2;
/** Height of the grid's capitals as a part of the size of the font. */
const UNIT = 0.72 / 8;
const BASELINE = 8;
const ROUNDINGS = 3;

/** Lines of x, y, x, y … in pixels. */
export interface WrittenLine {
  strokes: number[][];
  width: number;
}

/**
 * Words as strokes that begin at x = 0, with their middle line at y = 0. Marks over letters are left out;
 * letters of other scripts become boxes.
 * @param size of the font, in pixels
 */
export function writeLine(words: string, size: number): WrittenLine {
  const unit = UNIT * size;
  const strokes: number[][] = [];
  let left = 0;
  for (const letter of plainLetters(words)) {
    const [width, ...drawn] = (LETTERS[letter] ?? UNKNOWN).split(' ');
    for (const stroke of drawn) {
      const placed = pointsOf(stroke).map(
        (value, i) => (i % 2 === 0 ? left + value : value - BASELINE / 2) * unit,
      );
      strokes.push(placed);
    }
    left += Number(width) + GAP;
  }
  return { strokes, width: Math.max(0, left - GAP) * unit };
}

function plainLetters(words: string): string[] {
  const spelled = words.replaceAll(/[^\x00-\x7f]/gu, (letter) => SPELLED[letter] ?? letter);
  return [...spelled.normalize('NFD').replaceAll(/\p{Mark}/gu, '')].map((letter) =>
    /\s/.test(letter) ? ' ' : letter,
  );
}

function pointsOf(stroke: string): number[] {
  const isClosed = stroke.startsWith('@');
  const isRound = isClosed || stroke.startsWith('~');
  const digits = isRound ? stroke.slice(1) : stroke;
  let points = Array.from(digits, (digit) => parseInt(digit, 36));
  for (let round = 0; isRound && round < ROUNDINGS; round++) points = cutCorners(points, isClosed);
  return isClosed ? [...points, points[0], points[1]] : points;
}

/** Every corner becomes two (Chaikin 1974); the ends of an open line stay. */
function cutCorners(points: number[], isClosed: boolean): number[] {
  const count = points.length / 2;
  const result = isClosed ? [] : points.slice(0, 2);
  for (let i = 0; i < (isClosed ? count : count - 1); i++) {
    const next = (i + 1) % count;
    for (const part of [0.25, 0.75]) {
      for (const d of [0, 1]) {
        result.push(points[2 * i + d] + part * (points[2 * next + d] - points[2 * i + d]));
      }
    }
  }
  return isClosed ? result : [...result, ...points.slice(-2)];
}
