import { AppError } from '../../base/errors.ts';
import type { Inference, Session } from '../../inference/room.ts';
import type { InstalledModel, Models } from '../../models/room.ts';
import { Tokenizer } from './tokenizer.ts';

/** Words as vectors in the space of the sounds that a model heard. */
export interface TextVectors {
  /**
   * A vector of length one.
   * @throws AppError `model-missing` where the model is not here, `unsupported` where it knows no words
   */
  vectorOf(modelId: string, text: string): Promise<Float32Array>;
}

interface OpenTower {
  version: string;
  tokenizer: Tokenizer;
  session: Session;
}

/** The text network of the model last asked for stays open; `inference` unloads it after idle time. */
export function createTextVectors({
  inference,
  models,
}: {
  inference: Pick<Inference, 'open'>;
  models: Pick<Models, 'installed'>;
}): TextVectors {
  let tower: Promise<OpenTower> | null = null;

  async function openTower(model: InstalledModel): Promise<OpenTower> {
    const before = await tower?.catch(() => null);
    if (before?.version === model.version) return before;
    await before?.session.release();
    return open(inference, model);
  }

  return {
    vectorOf: async (modelId, text) => {
      const model = models.installed(modelId);
      if (!model) {
        throw new AppError(
          'model-missing',
          `Search by words needs the model ${modelId}, which is not here yet. The page of models fetches it.`,
        );
      }
      tower = openTower(model);
      return encode(await tower, model, text);
    },
  };
}

async function open(
  inference: Pick<Inference, 'open'>,
  { manifest, text, version }: InstalledModel,
): Promise<OpenTower> {
  if (!text) throw new AppError('unsupported', `${manifest.name} knows no words.`);
  const session = await inference.open({
    path: text.networkPath,
    sha256: text.sha256,
    trialDims: { input_ids: [1, 8], attention_mask: [1, 8] },
  });
  return { version, session, tokenizer: Tokenizer.read(text.tokenizerPath) };
}

/** Some exports take a mask beside the numbers; alone in its batch, a text has nothing to hide. */
async function encode(
  { tokenizer, session }: OpenTower,
  { manifest }: InstalledModel,
  text: string,
): Promise<Float32Array> {
  const { output, maxTokens } = manifest.text!;
  const ids = tokenizer.encode(text, maxTokens);
  const dims = [1, ids.length];
  const feeds = {
    input_ids: { dims, data: BigInt64Array.from(ids, BigInt) },
    attention_mask: { dims, data: new BigInt64Array(ids.length).fill(1n) },
  };
  const taken = Object.entries(feeds).filter(([name]) => session.inputs.includes(name));
  const { data } = (await session.run(Object.fromEntries(taken), [output]))[output];
  const length = Math.hypot(...data);
  if (data.length === manifest.embedding.dims && Number.isFinite(length) && length > 0) {
    return data.map((value) => value / length);
  }
  throw new AppError(
    'model-invalid',
    `The text network gives ${data.length} values that are no direction, where sounds have ${manifest.embedding.dims}.`,
  );
}
