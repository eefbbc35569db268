import type { PlainError } from '../base/errors.ts';
import type { Capabilities } from '../base/host.ts';

/** How a call comes back over any border. */
export type CallReply = { ok: true; value: unknown } | { ok: false; error: PlainError };

/** What the preload gives the window in Electron, and nothing else. */
export interface EarshotBridge {
  call(name: string, input: unknown): Promise<CallReply>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
  capabilities: Capabilities;
  /** URL of bytes, such as `audio/7`. */
  bytesUrl(path: string): string;
  /** Adds folders that were dropped on the window; their paths never reach the page. */
  addDropped(files: File[]): Promise<CallReply>;
}
