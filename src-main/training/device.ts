import { Random } from '../base/random.ts';
import { toPlainError } from '../base/errors.ts';
import { PROVIDER_NAMES } from '../inference/contract.ts';
import type { Provider } from '../inference/contract.ts';
import {
  COMPARISON_TOLERANCE,
  compareWithProcessor,
  createLocalSession,
} from '../inference/room.ts';
import type { InputTensor, LocalSession, OpenSession } from '../inference/room.ts';
import type { Composition } from './compose.ts';
import type { TrainedOn } from './contract.ts';
import { sizeOf } from './tensor.ts';

/** Where one training computes: on the device that it was given, while that proves itself, else on the processor. */
export class TrainingDevice {
  #trainedOn: TrainedOn;
  #isProven = false;
  readonly #open: OpenSession;

  /** @param why it was given this device, see `TrainedOn` */
  constructor(
    provider: Provider = 'cpu',
    why: string | null = null,
    open: OpenSession = createLocalSession,
  ) {
    this.#trainedOn = { provider, why };
    this.#open = open;
  }

  get trainedOn(): TrainedOn {
    return this.#trainedOn;
  }

  /**
   * Computes a step here and on the processor, and stays only where the values are right and come sooner: small
   * networks are often quicker on the processor. The first step of a training is tried, not every later one.
   */
  async prove(step: Composition): Promise<void> {
    const { provider } = this.#trainedOn;
    if (provider === 'cpu' || this.#isProven) return;
    this.#isProven = true;
    const name = PROVIDER_NAMES[provider];
    try {
      const work = { network: step.bytes, feeds: stepFeeds(step), fetches: TRIED };
      const found = await compareWithProcessor(provider, work, this.#open);
      const [own, processor] = [found.milliseconds, found.processorMilliseconds].map((time) =>
        time.toFixed(1),
      );
      if (!(found.difference <= COMPARISON_TOLERANCE)) {
        this.#leave(`${name} computed a step of this training wrongly.`);
      } else if (found.milliseconds >= found.processorMilliseconds) {
        this.#leave(`A step took ${own} ms on ${name} and ${processor} ms on the processor.`);
      } else {
        const why = `A step took ${own} ms, and ${processor} ms on the processor.`;
        this.#trainedOn = { provider, why };
      }
    } catch (thrown) {
      this.#leave(`${name} could not compute this training. ${toPlainError(thrown).message}`);
    }
  }

  /** Opens a network here, or on the processor where that fails. */
  async openSession(network: Uint8Array): Promise<LocalSession> {
    const { provider } = this.#trainedOn;
    try {
      return await this.#open(network, provider, { spin: false });
    } catch (thrown) {
      if (provider === 'cpu') throw thrown;
      return this.openAfter(thrown, network, provider);
    }
  }

  /** Opens a network on the processor, as `failed` has failed; what is opened later follows it. */
  openAfter(why: unknown, network: Uint8Array, failed: Provider): Promise<LocalSession> {
    const { message } = toPlainError(why);
    this.#leave(`${PROVIDER_NAMES[failed]} failed, and the processor went on. ${message}`);
    return this.#open(network, 'cpu', { spin: false });
  }

  #leave(why: string): void {
    this.#trainedOn = { provider: 'cpu', why };
  }
}

const TRIED = ['loss', 'nextFirst'];

/** A first step over noise. What Adam makes of the gradients hangs on their signs; `nextFirst` is a part of them. */
function stepFeeds({ inputs, begin }: Composition): Record<string, InputTensor> {
  const random = new Random(1);
  const values: Record<string, Float32Array> = {
    ...begin(random),
    stepSize: Float32Array.of(1e-3),
    secondScale: Float32Array.of(1),
  };
  const isMoment = (name: string): boolean => name === 'first' || name === 'second';
  const feeds = Object.entries(inputs).map(([name, dims]): [string, InputTensor] => {
    const noise = (): number => (isMoment(name) ? 0 : random.next());
    const data = values[name] ?? Float32Array.from({ length: sizeOf(dims) }, noise);
    return [name, { dims: [...dims], data }];
  });
  return Object.fromEntries(feeds);
}
