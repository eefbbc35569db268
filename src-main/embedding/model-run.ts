import { AppError, toPlainError } from '../base/errors.ts';
import { inputDims } from '../models/room.ts';
import type { ModelManifest } from '../models/room.ts';
import type { BatchSize } from './batch-size.ts';
import type { Segment } from './front-end/segments.ts';
import { probabilitiesOf, vectorsOf } from './pooling.ts';
import type { Tensor } from './pooling.ts';
import type { TrackHearing } from './track-hearing.ts';

/** A network on a device, as `inference` opens it. */
export interface NetworkSession {
  readonly provider: string;
  run(
    feeds: Record<string, { dims: number[]; data: Float32Array }>,
    fetches: string[],
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

interface Queued {
  track: TrackHearing;
  segment: Segment;
  taken(): void;
}

export interface ModelRunDeps {
  manifest: ModelManifest;
  /** Name of the output that holds the embedding. */
  output: string;
  session: NetworkSession;
  batchSize: BatchSize;
  /** The model itself does not work; nothing more of it will come. */
  onHalt(why: AppError): void;
}

/** What fails like this fails with every track. */
const IS_THE_MODELS = new Set<AppError['code']>(['model-invalid', 'timeout', 'cancelled']);
/** While one batch is on the device the next is on its way there. */
const MOST_IN_FLIGHT = 2;

/** Runs the segments of many tracks through one network, in batches that several tracks may share. */
export class ModelRun {
  readonly #deps: ModelRunDeps;
  #queue: Queued[] = [];
  #inFlight = 0;
  #lastDone = 0;
  /** Whether the network has ever answered: until then it is to blame, afterwards the track. */
  #hasWorked = false;
  #halted: AppError | null = null;

  constructor(deps: ModelRunDeps) {
    this.#deps = deps;
  }

  /** Settles when the segment has left the queue: whoever makes segments waits for it. */
  add(track: TrackHearing, segment: Segment): Promise<void> {
    if (this.#halted) track.fail(this.#halted);
    if (track.isOver) return Promise.resolve();
    track.expect();
    return new Promise((taken) => {
      this.#queue.push({ track, segment, taken });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#inFlight < MOST_IN_FLIGHT && this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#deps.batchSize.size);
      for (const { taken } of batch) taken();
      this.#inFlight++;
      void this.#runAll(batch).finally(() => {
        this.#inFlight--;
        this.#pump();
      });
    }
  }

  /** What fails together is tried in halves, so that one track does not spoil the others. */
  async #runAll(batch: Queued[]): Promise<void> {
    const live = batch.filter(({ track }) => !track.isOver);
    for (const queued of batch) if (!live.includes(queued)) queued.track.drop();
    if (live.length === 0) return;
    try {
      await this.#run(live);
    } catch (thrown) {
      await this.#handleFailure(live, thrown);
    }
  }

  async #run(batch: Queued[]): Promise<void> {
    const { manifest, output, session, batchSize } = this.#deps;
    const { embedding, labels, input } = manifest;
    const started = performance.now();
    const fetches = labels ? [output, labels.output] : [output];
    const outputs = await session.run({ [input.name]: inputOf(manifest, batch) }, fetches);
    const vectors = vectorsOf(outputs[output], embedding);
    const scores = labels ? probabilitiesOf(outputs[labels.output], labels) : null;
    const now = performance.now();
    batchSize.add(batch.length, now - Math.max(started, this.#lastDone));
    this.#lastDone = now;
    this.#hasWorked = true;
    batch.forEach(({ track, segment }, row) => {
      if (vectors[row].every(Number.isFinite)) {
        return track.add(segment.startSeconds, vectors[row], scores?.[row] ?? null);
      }
      track.fail(new AppError('unsupported', 'The model gave values that are no numbers.'));
      track.drop();
    });
  }

  async #handleFailure(batch: Queued[], thrown: unknown): Promise<void> {
    const { code, message } = toPlainError(thrown);
    const error = new AppError(code, message, { cause: thrown });
    if (batch.length > 1 && code !== 'timeout') {
      this.#deps.batchSize.fail(batch.length);
      const half = batch.length >> 1;
      await this.#runAll(batch.slice(0, half));
      return this.#runAll(batch.slice(half));
    }
    if (!this.#hasWorked || IS_THE_MODELS.has(code)) return this.#halt(batch, error);
    for (const { track } of batch) track.fail(error);
    for (const { track } of batch) track.drop();
  }

  #halt(batch: Queued[], why: AppError): void {
    const isFirst = this.#halted === null;
    this.#halted ??= why;
    const all = [...batch, ...this.#queue];
    this.#queue = [];
    for (const { track, taken } of all) {
      track.fail(this.#halted);
      track.drop();
      taken();
    }
    if (isFirst) this.#deps.onHalt(why);
  }
}

/** Segments side by side, along the axes that the network wants. */
function inputOf(manifest: ModelManifest, batch: Queued[]): { dims: number[]; data: Float32Array } {
  const { frames } = manifest.segment;
  const { bands } = manifest.frontEnd;
  const size = frames * bands;
  const data = new Float32Array(batch.length * size);
  batch.forEach(({ segment: { values } }, row) => {
    if (manifest.input.axes !== 'bmt') return data.set(values, row * size);
    for (let t = 0; t < frames; t++) {
      for (let m = 0; m < bands; m++) data[row * size + m * frames + t] = values[t * bands + m];
    }
  });
  return { dims: inputDims(manifest, batch.length), data };
}
