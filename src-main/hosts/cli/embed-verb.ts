import { join, resolve } from 'node:path';
import { decodeTrack, findFfmpeg } from '../../audio/room.ts';
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

/** `embed <file>`: the vector of a file, without a library. */
export async function embedVerb({ words, options, print }: Command): Promise<number> {
  const [file] = words;
  const { id: model = FEATURES_MODEL.id, dims } = FEATURES_MODEL;
  if (!file || words.length > 1) throw new UsageError('Name one file.');
  if ((options.model ?? model) !== model) throw new UsageError(`The only --model is "${model}".`);
  const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
  if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
  const wasm = join(shippedFile('resources'), 'wasm');
  const extractor = await FeatureExtractor.create(join(wasm, 'features.wasm'));
  const { loudnessRange } = await decodeTrack(
    ffmpeg,
    Buffer.from(resolve(file)),
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
