import { join } from 'node:path';
import { decodeTrack, findFfmpeg } from '../../audio/room.ts';
import type { Ffmpeg } from '../../audio/room.ts';
import { AppError } from '../../base/errors.ts';
import { shippedFile } from '../../base/shipped-files.ts';
import {
  FEATURES_MODEL,
  FeatureExtractor,
  featureNames,
  featuresVersion,
} from '../../features/room.ts';
import type { Command } from './command.ts';
import { UsageError } from './command.ts';
import { modelOption } from './model-option.ts';
import { musicFile } from './music-file.ts';

/** `embed <file>`: the vector of a file; models but the hand-crafted features are those of a library. */
export async function embedVerb(command: Command): Promise<number> {
  const [file] = command.words;
  if (!file || command.words.length > 1) throw new UsageError('Name one file.');
  const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
  if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
  const { model } = command.options;
  const isFeatures = model === undefined || model === FEATURES_MODEL.id;
  return isFeatures ? embedByFeatures(command, ffmpeg) : embedByModel(command, ffmpeg);
}

const wasm = join(shippedFile('resources'), 'wasm');

async function embedByModel(command: Command, ffmpeg: Ffmpeg): Promise<number> {
  const { words, options, print } = command;
  const app = command.openExistingApp();
  try {
    const model = modelOption(app, options);
    const path = await musicFile(words[0]);
    const heard = await app.embedding.hearOnce(model, (sinks) =>
      decodeTrack(ffmpeg, path, sinks, { wasm: join(wasm, 'ingest.wasm') }),
    );
    const { version, device, labels, classes } = heard;
    const vector = [...heard.vector];
    const scores = classes.map(({ probability }, i) => ({ label: labels[i], probability }));
    print({ model, version, device, dims: vector.length, vector, labels: scores }, [
      ...scores.map(({ label, probability }) => `${label}  ${probability.toFixed(3)}`),
      ...vector.map((value, i) => `${i}  ${value}`),
    ]);
    return 0;
  } finally {
    await app.close();
  }
}

async function embedByFeatures({ words, print }: Command, ffmpeg: Ffmpeg): Promise<number> {
  const { id: model, dims } = FEATURES_MODEL;
  const extractor = await FeatureExtractor.create(join(wasm, 'features.wasm'));
  const { loudnessRange } = await decodeTrack(
    ffmpeg,
    await musicFile(words[0]),
    { onMono22050: (samples) => extractor.push(samples) },
    { wasm: join(wasm, 'ingest.wasm') },
  );
  const vector = [...extractor.finish({ loudnessRange }).vector];
  print(
    {
      model,
      version: featuresVersion(ffmpeg.resampler),
      sampleRate: 22050,
      dims,
      names: featureNames,
      vector,
    },
    vector.map((value, i) => `${featureNames[i]}  ${value}`),
  );
  return 0;
}
