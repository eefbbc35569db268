import type { Provider } from '../inference/contract.ts';
import { createLocalSession } from '../inference/room.ts';
import type { InputTensor, LocalSession } from '../inference/room.ts';
import { adamBetas } from './compose.ts';
import type { Composition, Weights } from './compose.ts';
import type { RandomNumbers } from './scope.ts';

type Values = Record<string, Float32Array>;

/** A composed network with a session of the runtime. */
export class Network {
  readonly #composition: Composition;
  readonly #session: LocalSession;

  private constructor(composition: Composition, session: LocalSession) {
    this.#composition = composition;
    this.#session = session;
  }

  static async open(composition: Composition, provider: Provider): Promise<Network> {
    const session = await createLocalSession(composition.bytes, provider, { spin: false });
    return new Network(composition, session);
  }

  /** Tensors go in and come out as they are, row by row. */
  async run({ parameters, statistics }: Weights, inputs: Values): Promise<Values> {
    const values: Values = { ...inputs, parameters, statistics };
    const { inputs: declared, outputs } = this.#composition;
    const feeds = Object.entries(declared).map(([name, dims]) => {
      const tensor: InputTensor = { dims: [...dims], data: values[name] };
      return [name, tensor] as const;
    });
    const answer = await this.#session.run(Object.fromEntries(feeds), [...outputs]);
    return Object.fromEntries(outputs.map((name) => [name, answer[name].data as Float32Array]));
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

  /** `random` draws the first weights, unless they are given, and the dropout masks. */
  static async open(
    composition: Composition,
    provider: Provider,
    random: RandomNumbers,
    weights: Weights = composition.begin(random),
  ): Promise<Trainer> {
    const network = await Network.open(composition, provider);
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
