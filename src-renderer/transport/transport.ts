import type { Capabilities } from '../../src-main/base/host.ts';
import type {
  AppEvents,
  CallInput,
  CallName,
  CallOutput,
  EventName,
} from '../../src-main/contract.ts';

/** The window's only way to the core, whichever host it runs in. */
export interface Transport {
  /** @throws CallError */
  call<Name extends CallName>(name: Name, input?: CallInput<Name>): Promise<CallOutput<Name>>;
  /** Returns the function that ends the subscription. */
  subscribe<Name extends EventName>(
    name: Name,
    listener: (payload: AppEvents[Name]) => void,
  ): () => void;
  readonly capabilities: Capabilities;
  /** URL of bytes, such as `audio/7`. */
  bytesUrl(path: string): string;
  /** Adds dropped folders; undefined where the host cannot learn their paths. */
  addDropped?(files: File[]): Promise<void>;
}

/** What a call failed with, in words for the user. */
export class CallError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
