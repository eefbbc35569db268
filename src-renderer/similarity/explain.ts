import type { GroupComparison } from '../../src-main/similarity/contract.ts';

const ALIKE = 0.5;
const UNLIKE = -0.1;

/** In words: what two tracks share most, and what sets them apart. */
export function explain(groups: GroupComparison[]): string {
  const sorted = [...groups].sort((a, b) => b.similarity - a.similarity);
  const names = (wanted: (similarity: number) => boolean): string =>
    joined(
      sorted.filter(({ similarity }) => wanted(similarity)).map(({ label }) => label.toLowerCase()),
    );
  const alike = names((similarity) => similarity >= ALIKE);
  const unlike = names((similarity) => similarity <= UNLIKE);
  if (alike && unlike) return `They are alike in ${alike}, and differ in ${unlike}.`;
  if (alike) return `They are alike in ${alike}; nothing sets them far apart.`;
  if (unlike) return `They share little, and differ in ${unlike}.`;
  return 'They are neither very alike nor very different in any respect.';
}

function joined(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
