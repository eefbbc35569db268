import type { Log } from './log.ts';

/** What this host can do; the renderer shows or hides functions by it. It never asks which host it is. */
export interface Capabilities {
  /** A native folder dialog is there. */
  pickFolder: boolean;
  /** Folders dropped on the window arrive with their path. */
  dropFolder: boolean;
  /** The folders of the machine can be listed through `library.browse`. */
  browseFolders: boolean;
  /** A file can be shown in the system's file manager. */
  revealFile: boolean;
}

/** The processes that may die: each name is an entry of electron.vite.config.ts and a file of src-main. */
export type WorkerName =
  | 'demo'
  | 'tags'
  | 'analysis'
  | 'projection'
  | 'similarity'
  | 'classifiers'
  | 'autoencoder'
  | 'groups'
  | 'journey'
  | 'inference';

/** A child process with a message channel; a fake one is enough to test its users. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** `signal` is null where the process ended by itself. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  kill(): void;
}

/** The services of whatever runs the core: Electron, the web host or the command line. */
export interface Host {
  readonly capabilities: Capabilities;
  readonly paths: {
    /** Absolute folder of the database, settings, artwork cache, downloaded models and backups. */
    data: string;
    /** Absolute folder of the read-only files shipped with the program (`resources/`). */
    resources: string;
    /** Absolute folder of the model manifests shipped with the program (`models/`). */
    models: string;
  };
  readonly log: Log;
  /** Structured-clone messages (typed arrays included) both ways. */
  forkWorker(name: WorkerName): WorkerProcess;
  /** Asks the user for a folder; undefined where `capabilities.pickFolder` is false. */
  pickFolder?(): Promise<string | null>;
  /**
   * The proxies that the system's settings name for an address, in the words of a proxy auto-configuration, such as
   * `PROXY host:8080; DIRECT`; undefined where only the environment tells.
   */
  proxiesFor?(url: string): Promise<string>;
  /** Shows a file in the system's file manager; undefined where `capabilities.revealFile` is false. */
  revealFile?(path: string): void;
}
