import { toPlainError } from '../../base/errors.ts';
import { WorkerCalls } from '../../base/worker-calls.ts';
import { forkNodeWorker } from '../node-workers.ts';
import type { Command } from './command.ts';
import type { DoctorWorkerTable } from './doctor.worker.ts';

interface Provider {
  name: string;
  works: boolean;
  /** Why it does not work. */
  message: string | null;
}

const PROVIDERS = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'];
const TRY_MILLISECONDS = 30_000;

/** `doctor`: what works on this machine. Exit code 1 where something that Earshot needs does not. */
export async function doctorVerb({ print, progress, openApp }: Command): Promise<number> {
  const app = openApp();
  try {
    const info = await app.calls['app.getInfo']({});
    progress('Trying ONNX Runtime…');
    const onnxRuntime = await tryOnnxRuntime();
    const { ffmpeg, ffmpegMessage } = info;
    print({ ...info, onnxRuntime }, [
      `Earshot ${info.version}, Node ${info.node}, SQLite ${info.sqlite}`,
      ffmpeg
        ? `ffmpeg ${ffmpeg.version} (${ffmpeg.source}, resampler ${ffmpeg.resampler}): ${ffmpeg.path}`
        : (ffmpegMessage ?? 'ffmpeg is missing.'),
      `ONNX Runtime ${onnxRuntime.version ?? 'does not work'}`,
      ...onnxRuntime.providers.map(
        ({ name, works, message }) => `  ${name}: ${works ? 'works' : `does not work. ${message}`}`,
      ),
      `Library: ${info.dataFolder}, ${info.trackCount} tracks`,
    ]);
    return ffmpeg && onnxRuntime.version ? 0 : 1;
  } finally {
    await app.close();
  }
}

/** Providers never fall back to one another, so each is tried alone, in a process of its own. */
async function tryOnnxRuntime(): Promise<{ version: string | null; providers: Provider[] }> {
  let version: string | null = null;
  const providers: Provider[] = [];
  for (const provider of PROVIDERS) {
    const worker = new WorkerCalls<DoctorWorkerTable>(() => forkNodeWorker('doctor'));
    const timer = setTimeout(() => worker.stop(), TRY_MILLISECONDS);
    try {
      version = (await worker.call('tryProvider', { provider })).version;
      providers.push({ name: provider, works: true, message: null });
    } catch (thrown) {
      const [message] = toPlainError(thrown).message.split('\n');
      providers.push({ name: provider, works: false, message });
    } finally {
      clearTimeout(timer);
      worker.stop();
    }
  }
  return { version, providers };
}
