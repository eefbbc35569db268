import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decodeTrack } from '../../audio/room.ts';
import { AppError } from '../../base/errors.ts';
import { embeddingsCsv, vectorsNpy } from '../../exporting/room.ts';
import { csvLine } from '../../exporting/csv.ts';
import {
  FEATURES_MODEL,
  FeatureExtractor,
  featureNames,
  featuresVersion,
} from '../../features/room.ts';
import { findFfmpeg } from '../../audio/room.ts';
import { trackQuery } from '../../library/contract.ts';
import type { TrackRow } from '../../library/contract.ts';
import { fitParameters } from '../../projection/contract.ts';
import { similarityCalls } from '../../similarity/contract.ts';
import type { App } from '../../app.ts';
import type { Command } from './command.ts';
import { findTrack, numberOption, UsageError } from './command.ts';
import { createNodeHost } from './node-host.ts';
import { createLog } from '../../base/log.ts';

const titleOf = ({ id, artist, title }: TrackRow): string =>
  `${id}  ${artist ? `${artist} – ` : ''}${title}`;

/** `embed <file>`: the vector of a file, without a library. */
export async function embedVerb({ words: [file], print }: Command): Promise<number> {
  if (!file) throw new UsageError('Name a file.');
  const { ffmpeg, message } = await findFfmpeg({ settingPath: null });
  if (!ffmpeg) throw new AppError('ffmpeg-missing', message ?? 'ffmpeg is missing.');
  const wasm = join(createNodeHost('', createLog('error')).paths.resources, 'wasm');
  const extractor = await FeatureExtractor.create(join(wasm, 'features.wasm'));
  const { loudnessRange } = await decodeTrack(
    ffmpeg,
    Buffer.from(resolve(file)),
    { onMono22050: (samples) => extractor.push(samples) },
    { wasm: join(wasm, 'ingest.wasm') },
  );
  const vector = [...extractor.finish({ loudnessRange }).vector];
  const version = featuresVersion(ffmpeg.resampler);
  const document = {
    model: FEATURES_MODEL.id,
    version,
    sampleRate: 22050,
    dims: vector.length,
    names: featureNames,
    vector,
  };
  print(
    document,
    vector.map((value, i) => `${featureNames[i]}\t${value}`),
  );
  return 0;
}

export async function tracksVerb(app: App, { words, print }: Command): Promise<number> {
  const query = trackQuery.parse({ text: words.join(' ') });
  const all: TrackRow[] = [];
  for (let offset = 0; ; offset += 500) {
    const { tracks } = await app.library.calls['library.listTracks']({
      ...query,
      offset,
      limit: 500,
    });
    all.push(...tracks);
    if (tracks.length < 500) break;
  }
  print(
    all,
    all.map((track) => `${titleOf(track)}  [${track.status}]`),
  );
  return 0;
}

export async function statusVerb(app: App, { print }: Command): Promise<number> {
  const [{ stages }, folders] = await Promise.all([
    app.indexing.calls['indexing.getStatus']({}),
    app.library.calls['library.listFolders']({}),
  ]);
  const [{ waiting, done, failed }] = stages;
  print({ folders, waiting, done, failed }, [
    ...folders.map(({ path, state, trackCount }) => `${path}: ${trackCount} tracks, ${state}`),
    `${done} analysed, ${waiting} waiting, ${failed} failed.`,
  ]);
  return 0;
}

export async function similarVerb(app: App, { words, options, print }: Command): Promise<number> {
  const trackId = findTrack(app, words[0]);
  const request = similarityCalls['similarity.findSimilar'].input.parse({
    trackIds: [trackId],
    count: numberOption(options, 'n', 20),
    diversity: numberOption(options, 'diversity', 0),
  });
  const answer = await app.calls['similarity.findSimilar'](request);
  print(
    answer,
    answer.results.map(({ track, similarity }) => `${similarity.toFixed(3)}  ${titleOf(track)}`),
  );
  return 0;
}

export async function compareVerb(app: App, { words, print }: Command): Promise<number> {
  const answer = await app.calls['similarity.compareTracks']({
    a: findTrack(app, words[0]),
    b: findTrack(app, words[1]),
  });
  print(answer, [
    `Overall  ${answer.similarity.toFixed(3)}`,
    ...answer.groups.map(({ label, similarity }) => `${label}  ${similarity.toFixed(3)}`),
  ]);
  return 0;
}

/** `map`: fits one and prints or writes its points. */
export async function mapVerb(app: App, { options, print, progress }: Command): Promise<number> {
  const parsed = fitParameters.safeParse({
    dims: numberOption(options, 'dims', 2),
    method: options.method ?? 'umap',
    seed: numberOption(options, 'seed', 42),
  });
  if (!parsed.success)
    throw new UsageError('The map has --dims 2 or 3, --method umap and a --seed.');
  app.events.on('projection.progressed', ({ fraction }) =>
    progress(`Map: ${Math.round(100 * fraction)} %`),
  );
  const map = await app.projection.fit(parsed.data);
  const points = readPoints(app, map.id);
  const out = options.out;
  if (typeof out === 'string' && out.endsWith('.csv')) {
    const axes = ['x', 'y', 'z'].slice(0, parsed.data.dims);
    const lines = points.map(({ trackId, coordinates }) => csvLine([trackId, ...coordinates]));
    await writeFile(out, csvLine(['track_id', ...axes]) + lines.join(''));
  } else if (typeof out === 'string') {
    await writeFile(out, JSON.stringify({ map, points }));
  }
  const document = typeof out === 'string' ? { map, out } : { map, points };
  print(document, [
    `Map ${map.id}: ${map.count} tracks${typeof out === 'string' ? `, in ${out}` : ''}.`,
  ]);
  return 0;
}

function readPoints(app: App, mapId: number): { trackId: number; coordinates: number[] }[] {
  const bytes = app.projection.pointsOf(mapId)!;
  const buffer = bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.byteLength,
  ) as ArrayBuffer;
  const [count, dims] = new Uint32Array(buffer, 0, 2);
  const ids = new Int32Array(buffer, 8, count);
  const coordinates = new Float32Array(buffer, 8 + 4 * count, count * dims);
  return Array.from({ length: count }, (_, i) => ({
    trackId: ids[i],
    coordinates: [...coordinates.subarray(i * dims, (i + 1) * dims)],
  }));
}

/** `export --out <file>`: embeddings with tags as .csv, or the bare matrix as .npy. */
export async function exportVerb(app: App, { options, print }: Command): Promise<number> {
  const out = options.out;
  if (typeof out !== 'string' || !/\.(csv|npy)$/.test(out)) {
    throw new UsageError('Say where to: --out embeddings.csv or --out embeddings.npy.');
  }
  const file = createWriteStream(out);
  for (const piece of out.endsWith('.csv') ? embeddingsCsv(app.db) : vectorsNpy(app.db)) {
    if (!file.write(piece)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  print({ out, bytes: file.bytesWritten }, [`${out}: ${file.bytesWritten} bytes.`]);
  return 0;
}

export async function doctorVerb(app: App, { print }: Command): Promise<number> {
  const info = await app.calls['app.getInfo']({});
  print(info, [
    `Earshot ${info.version}, Node ${info.node}, SQLite ${info.sqlite}`,
    info.ffmpeg
      ? `ffmpeg ${info.ffmpeg.version} (${info.ffmpeg.source}, resampler ${info.ffmpeg.resampler}): ${info.ffmpeg.path}`
      : (info.ffmpegMessage ?? 'ffmpeg is missing.'),
    `Library: ${info.dataFolder}, ${info.trackCount} tracks`,
  ]);
  return info.ffmpeg ? 0 : 1;
}
