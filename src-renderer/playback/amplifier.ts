/**
 * Plays an audio element louder than it can by itself. The audio graph is made when it is first needed; then
 * all sound runs through it.
 */
export class Amplifier {
  readonly #audio: HTMLAudioElement;
  #node: GainNode | null = null;

  constructor(audio: HTMLAudioElement) {
    this.#audio = audio;
  }

  /** @param gain 1 or more; samples are multiplied by it */
  set(gain: number): void {
    if (gain === 1 && !this.#node) return;
    this.#node ??= this.#connect();
    this.#node.gain.value = gain;
    const context = this.#node.context as AudioContext;
    if (context.state === 'suspended') void context.resume();
  }

  #connect(): GainNode {
    const context = new AudioContext();
    const node = context.createGain();
    context.createMediaElementSource(this.#audio).connect(node).connect(context.destination);
    return node;
  }
}
