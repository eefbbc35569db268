/** What a model is called in a choice. */
export const modelName = (model: string): string =>
  model === 'features' ? '641 measured values' : model;
