/** Krumhansl's profiles as revised by Temperley (1999). */
const MAJOR = [5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4];
const MINOR = [5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4];
const PITCHES = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'];

export interface KeyEstimate {
  /** Such as `A minor`; null where there is no pitch to hear. */
  key: string | null;
  /** Best minus second-best correlation, 0 to 1. */
  clarity: number;
}

/** The key whose profile correlates best with the mean chroma (12 values from C upwards). */
export function estimateKey(chroma: number[]): KeyEstimate {
  const scores = [MAJOR, MINOR].flatMap((profile, mode) =>
    PITCHES.map((pitch, tonic) => ({
      key: `${pitch} ${mode === 0 ? 'major' : 'minor'}`,
      score: correlation(
        chroma,
        chroma.map((_, c) => profile[(c - tonic + 12) % 12]),
      ),
    })),
  );
  scores.sort((a, b) => b.score - a.score);
  if (!Number.isFinite(scores[0].score)) return { key: null, clarity: 0 };
  return { key: scores[0].key, clarity: Math.min(1, scores[0].score - scores[1].score) };
}

function correlation(a: number[], b: number[]): number {
  const mean = (x: number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return aa < 1e-18 ? NaN : ab / Math.sqrt(aa * bb);
}
