// Names for libraries that benches make up: from a small vocabulary, so that searches find many, and each its own.

export const words = 'blue moon river stone light rain night glass north song fire winter'.split(
  ' ',
);

export const phrase = (i) => `${words[i % 12]} ${words[(i * 7 + 3) % 12]} ${i.toString(36)}`;
