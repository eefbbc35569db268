import { AppError, fromPlainError, toPlainError } from './errors.ts';
import type { PlainError } from './errors.ts';
import type { WorkerProcess } from './host.ts';
import { connectToParent } from './worker-channel.ts';

/** Parent to worker: run `name`; worker to parent: its answer, or news while it runs. */
interface Request {
  id: number;
  name: string;
  input: unknown;
}
type Reply =
  | { id: number; kind: 'news'; value: unknown }
  | { id: number; kind: 'value'; value: unknown }
  | { id: number; kind: 'error'; error: PlainError };

interface Pending {
  resolve(value: never): void;
  reject(error: Error): void;
  onNews(news: never): void;
}

/** What a worker can be asked: `news` may be sent any number of times before the answer. */
export type WorkerTable = Record<string, { input: unknown; news: unknown; output: unknown }>;

/** Runs in a worker: answers the parent's calls, one after another or interleaved where handlers await. */
export function serveWorkerCalls<Table extends WorkerTable>(handlers: {
  [Name in keyof Table]: (
    input: Table[Name]['input'],
    sendNews: (news: Table[Name]['news']) => void,
  ) => Promise<Table[Name]['output']>;
}): void {
  const channel = connectToParent();
  channel.onMessage((message) => {
    const { id, name, input } = message as Request;
    const reply = (rest: object): void => channel.send({ id, ...rest });
    handlers[name](input, (value) => reply({ kind: 'news', value })).then(
      (value) => reply({ kind: 'value', value }),
      (thrown: unknown) => reply({ kind: 'error', error: toPlainError(thrown) }),
    );
  });
}

/**
 * Runs in the parent: calls a worker process that is started at the first call. If it dies, the calls
 * in flight are rejected with `process-died` and the next call starts a new one.
 */
export class WorkerCalls<Table extends WorkerTable> {
  readonly #fork: () => WorkerProcess;
  #worker: WorkerProcess | null = null;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(fork: () => WorkerProcess) {
    this.#fork = fork;
  }

  call<Name extends keyof Table & string>(
    name: Name,
    input: Table[Name]['input'],
    onNews: (news: Table[Name]['news']) => void = () => {},
  ): Promise<Table[Name]['output']> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onNews });
      worker.send({ id, name, input } satisfies Request);
    });
  }

  /** Ends the process at once; calls in flight are rejected with `cancelled`. */
  stop(): void {
    const worker = this.#worker;
    this.#worker = null;
    worker?.kill();
    this.#rejectAll(new AppError('cancelled', 'The work was cancelled.'));
  }

  #start(): WorkerProcess {
    const worker = this.#fork();
    worker.onMessage((message) => this.#settle(message as Reply));
    worker.onExit((code, signal) => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      const cause = signal ?? `exit code ${code}`;
      this.#rejectAll(new AppError('process-died', `A worker process ended by itself (${cause}).`));
    });
    return worker;
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'news') return pending.onNews(reply.value as never);
    this.#pending.delete(reply.id);
    if (reply.kind === 'value') pending.resolve(reply.value as never);
    else pending.reject(fromPlainError(reply.error));
  }

  #rejectAll(error: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) pending.reject(error);
  }
}
