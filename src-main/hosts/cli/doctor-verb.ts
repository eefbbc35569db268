import { PROVIDER_NAMES } from '../../inference/contract.ts';
import type { ProviderReport } from '../../inference/contract.ts';
import { ortVersion } from '../../inference/room.ts';
import type { Command } from './command.ts';

/** `doctor`: what works on this machine. Exit code 1 where something that Earshot needs does not. */
export async function doctorVerb({ print, progress, openApp }: Command): Promise<number> {
  const app = openApp();
  try {
    const info = await app.calls['app.getInfo']({});
    progress('Trying what computes neural models…');
    const onnxRuntime = { version: ortVersion(), providers: await app.inference.providers() };
    const { ffmpeg, ffmpegMessage } = info;
    print({ ...info, onnxRuntime }, [
      `Earshot ${info.version}, Node ${info.node}, SQLite ${info.sqlite}`,
      ffmpeg
        ? `ffmpeg ${ffmpeg.version} (${ffmpeg.source}, resampler ${ffmpeg.resampler}): ${ffmpeg.path}`
        : (ffmpegMessage ?? 'ffmpeg is missing.'),
      `ONNX Runtime ${onnxRuntime.version ?? 'is not installed'}`,
      ...onnxRuntime.providers.map(describe),
      `Library: ${info.dataFolder}, ${info.trackCount} tracks`,
    ]);
    const computes = onnxRuntime.providers.some(({ works }) => works);
    return ffmpeg && computes ? 0 : 1;
  } finally {
    await app.close();
  }
}

function describe({ provider, works, adapter, reason }: ProviderReport): string {
  const name = PROVIDER_NAMES[provider].replace(/^the /, '');
  const where = works && adapter ? ` (${adapter})` : '';
  return `  ${name}: ${works ? `works${where}.` : 'no.'} ${reason ?? ''}`.trimEnd();
}
