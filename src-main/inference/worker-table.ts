import type { Provider } from './contract.ts';
import type { InputTensor, OutputTensor, TensorInfo } from './local-session.ts';
import type { NetworkFile } from './network.ts';
import type { TestResult } from './self-test.ts';

/** What an inference process can be asked, see base/worker-calls.ts. It serves one device. */
export type InferenceWorkerTable = {
  selfTest: {
    input: { provider: Provider };
    news: never;
    output: TestResult & { adapter: string | null };
  };
  open: {
    input: { key: string; network: NetworkFile; provider: Provider; folder: string };
    news: never;
    output: { inputs: TensorInfo[]; outputs: TensorInfo[] };
  };
  run: {
    input: { key: string; feeds: Record<string, InputTensor>; fetches: string[] };
    news: never;
    output: Record<string, OutputTensor>;
  };
  release: { input: { key: string }; news: never; output: void };
};
