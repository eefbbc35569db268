import { AppError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { recordingsOfTracks } from '../library/room.ts';
import { heardRecordings, pointsOf } from './autoencoder-table.ts';
import type { RecordingPoints } from './autoencoder-table.ts';
import type { AutoencoderInfo, LatentPoint, PairRank } from './contract.ts';
import { partnersByTitle } from './pairs.ts';
import { drawPoint, rankOf } from './plane.ts';
import type { AutoencoderDeps } from './room.ts';

/** Where the tracks of the library lie on a trained map. */
export function openLatentPoints({
  db,
  library,
  labels,
}: Pick<AutoencoderDeps, 'db' | 'library' | 'labels'>) {
  /** Points with the first track of each recording that is still in the library. */
  function trackPoints(map: AutoencoderInfo): {
    points: RecordingPoints;
    trackIds: (number | null)[];
  } {
    const points = pointsOf(db, map);
    const trackOf = new Map(
      heardRecordings(db).map(({ recordingId, trackId }) => [recordingId, trackId]),
    );
    return {
      points,
      trackIds: Array.from(points.recordingIds, (recordingId) => trackOf.get(recordingId) ?? null),
    };
  }

  function list(map: AutoencoderInfo, set: string | null): LatentPoint[] {
    const labelled = set === null ? null : labels.labelsOf(set);
    const { points, trackIds } = trackPoints(map);
    const ids = trackIds.filter((trackId) => trackId !== null);
    const rows = new Map(library.trackRows(ids).map((row) => [row.id, row]));
    return trackIds.flatMap((trackId, i) => {
      const row = trackId === null ? undefined : rows.get(trackId);
      if (!row) return [];
      const label = labelled?.get(row.id)?.[0] ?? null;
      const { title, artist } = row;
      return [{ trackId: row.id, title, artist, label, position: positionAt(points, i) }];
    });
  }

  function rankPairs(
    map: AutoencoderInfo,
    words: [string, string] | null,
    named: [number, number][],
  ): PairRank[] {
    const { points, trackIds } = trackPoints(map);
    const known = trackIds.filter((trackId) => trackId !== null);
    const tracks = new Map(library.trackRows(known).map((row) => [row.id, row]));
    const pairs = [...named, ...(words ? partnersByTitle([...tracks.values()], words) : [])];
    const plane = { values: points.coordinates, dims: points.dims };
    return pairs.flatMap(([a, b]) => {
      const [from, to] = [tracks.get(a), tracks.get(b)];
      if (!from || !to || a === b) return [];
      const rank = rankOf(plane, trackIds.indexOf(a), trackIds.indexOf(b));
      return [{ from, to, rank, of: trackIds.length - 1 }];
    });
  }

  function sample(
    map: AutoencoderInfo,
    label: { set: string; value: string },
    seed: number,
  ): { point: number[]; trackCount: number } {
    const { points, trackIds } = trackPoints(map);
    const valuesOf = labels.labelsOf(label.set);
    const rows = [...trackIds.keys()].filter((row) => {
      const trackId = trackIds[row];
      return trackId !== null && valuesOf.get(trackId)?.includes(label.value);
    });
    if (rows.length === 0) {
      throw new AppError('not-found', `No track of this map carries the label “${label.value}”.`);
    }
    const values = Float32Array.from(rows.flatMap((row) => positionAt(points, row)));
    const point = drawPoint({ values, dims: points.dims }, new Random(seed));
    return { point, trackCount: rows.length };
  }

  function positionOf(map: AutoencoderInfo, trackId: number): number[] {
    const { points, trackIds } = trackPoints(map);
    const row = points.recordingIds.indexOf(recordingsOfTracks(db).get(trackId) ?? -1);
    if (row < 0 || trackIds[row] === null) {
      throw new AppError('not-found', 'This track is not on the trained map.');
    }
    return positionAt(points, row);
  }

  return { list, rankPairs, sample, positionOf };
}

const positionAt = ({ coordinates, dims }: RecordingPoints, row: number): number[] => [
  ...coordinates.subarray(row * dims, (row + 1) * dims),
];
