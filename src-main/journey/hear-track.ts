import { join } from 'node:path';
import { decodeTrack } from '../audio/room.ts';
import { openForReading } from '../database/room.ts';
import { FEATURES_MODEL, FeatureExtractor, featuresVersion } from '../features/room.ts';
import { placeInLibrary } from './library-place.ts';
import type { LibraryPlace } from './library-place.ts';
import { PanelMaker } from './panels.ts';
import type { HeardTrack, JourneyWorkerTable } from './worker-table.ts';

/**
 * Decodes a file once and shows what its 641 values are made of.
 * @throws AppError as `decodeTrack`
 */
export async function hearTrack({
  ffmpeg,
  path,
  wasmFolder,
  databasePath,
}: JourneyWorkerTable['hear']['input']): Promise<HeardTrack> {
  const extractor = await FeatureExtractor.create(join(wasmFolder, 'features.wasm'));
  const maker = new PanelMaker();
  extractor.watch(maker);
  const decoded = await decodeTrack(
    ffmpeg,
    Buffer.from(path),
    {
      onMono22050: (samples) => {
        maker.addSamples(samples);
        extractor.push(samples);
      },
    },
    { wasm: join(wasmFolder, 'ingest.wasm') },
  );
  const { vector, tempo, key } = extractor.finish({ loudnessRange: decoded.loudnessRange });
  const { durationSeconds, passages } = decoded;
  const version = featuresVersion(ffmpeg.resampler);
  const place = databasePath
    ? readPlace(databasePath, version, vector)
    : { count: 0, percentiles: null, nearest: [] };
  return { durationSeconds, passages, drawn: maker.finish(), vector, tempo, key, place };
}

function readPlace(databasePath: string, version: string, vector: Float32Array): LibraryPlace {
  const db = openForReading(databasePath);
  try {
    return placeInLibrary(db, { model: FEATURES_MODEL.id, version }, vector);
  } finally {
    db.close();
  }
}
