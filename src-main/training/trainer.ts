import type { InputTensor, LocalSession, OutputTensor } from '../inference/room.ts';
import { adamBetas } from './compose.ts';
import type { Composition, Weights } from './compose.ts';
import type { TrainingDevice } from './device.ts';
import type { RandomNumbers } from './scope.ts';

type Values = Record<string, Float32Array>;

/** A composed network with a session of the runtime. All it knows goes in and comes out with every run. */
export class Network {
  readonly #composition: Composition;
  readonly #device: TrainingDevice;
  #session: LocalSession;

  private constructor(composition: Composition, device: TrainingDevice, session: LocalSession) {
    this.#composition = composition;
    this.#device = device;
    this.#session = session;
  }

  static async open(composition: Composition, device: TrainingDevice): Promise<Network> {
    return new Network(composition, device, await device.openSession(composition.bytes));
  }

  /** Tensors go in and come out as they are, row by row. Where a device fails, the processor does the same run. */
  async run({ parameters, statistics }: Weights, inputs: Values): Promise<Values> {
    const values: Values = { ...inputs, parameters, statistics };
    const { inputs: declared, outputs } = this.#composition;
    const feeds = Object.entries(declared).map(([name, dims]) => {
      const tensor: InputTensor = { dims: [...dims], data: values[name] };
      return [name, tensor] as const;
    });
    const answer = await this.#compute(Object.fromEntries(feeds), [...outputs]);
    return Object.fromEntries(outputs.map((name) => [name, answer[name].data]));
  }

  async #compute(
    feeds: Record<string, InputTensor>,
    fetches: string[],
  ): Promise<Record<string, OutputTensor>> {
    const { provider } = this.#session;
    try {
      return await this.#session.run(feeds, fetches);
    } catch (thrown) {
      if (provider === 'cpu') throw thrown;
      this.#session = await this.#device.openAfter(thrown, this.#composition.bytes, provider);
      return this.#session.run(feeds, fetches);
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** Runs a composed step again and again. Weights and moments stay in the tensors that the steps give out. */
export class Trainer {
  readonly #composition: Composition;
  readonly #network: Network;
  readonly #random: RandomNumbers;
  #weights: Weights;
  #first: Float32Array;
  #second: Float32Array;
  #steps = 0;

  private constructor(
    composition: Composition,
    network: Network,
    random: RandomNumbers,
    weights: Weights,
  ) {
    this.#composition = composition;
    this.#network = network;
    this.#random = random;
    this.#weights = weights;
    this.#first = new Float32Array(composition.parameterCount);
    this.#second = new Float32Array(composition.parameterCount);
  }

  /** Tries the device first. `random` draws the first weights, unless they are given, and the dropout masks. */
  static async open(
    composition: Composition,
    device: TrainingDevice,
    random: RandomNumbers,
    weights: Weights = composition.begin(random),
  ): Promise<Trainer> {
    await device.prove(composition);
    const network = await Network.open(composition, device);
    return new Trainer(composition, network, random, weights);
  }

  /** As they are now; later steps leave them alone. */
  get weights(): Weights {
    return this.#weights;
  }

  /** One step of Adam over a batch; answers `loss` and what else the composition names. */
  async step(inputs: Values, learningRate: number): Promise<Values> {
    this.#steps++;
    const [beta1, beta2] = adamBetas;
    const answer = await this.#network.run(this.#weights, {
      ...inputs,
      ...this.#drawMasks(),
      first: this.#first,
      second: this.#second,
      stepSize: Float32Array.of(learningRate / (1 - beta1 ** this.#steps)),
      secondScale: Float32Array.of(1 / (1 - beta2 ** this.#steps)),
    });
    const { nextParameters, nextStatistics, nextFirst, nextSecond, ...rest } = answer;
    this.#weights = {
      parameters: nextParameters,
      statistics: nextStatistics ?? this.#weights.statistics,
    };
    [this.#first, this.#second] = [nextFirst, nextSecond];
    return rest;
  }

  async release(): Promise<void> {
    await this.#network.release();
  }

  /** What is dropped is 0; the rest is raised, so that sums stay as large as without dropout. */
  #drawMasks(): Values {
    const draw = (rate: number): number => (this.#random.next() < rate ? 0 : 1 / (1 - rate));
    return Object.fromEntries(
      this.#composition.masks.map(({ name, size, rate }) => [
        name,
        Float32Array.from({ length: size }, () => draw(rate)),
      ]),
    );
  }
}
