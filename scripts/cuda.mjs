// `npm run set-up:cuda`: ONNX Runtime's CUDA library, which its package is too small for, by its own installer.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { provideNode } from './set-up/node.mjs';
import { providePackages } from './set-up/packages.mjs';
import { modules } from './set-up/places.mjs';
import { lastWords, runBounded, say } from './set-up/run.mjs';

const MINUTES = 20;
const runtime = join(modules, 'onnxruntime-node');
const library = join(runtime, 'bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so');

process.exit(await provideCuda());

async function provideCuda() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    say(
      'ONNX Runtime has CUDA on Linux with x64 processors only; elsewhere the graphics card is used without it.',
    );
    return 1;
  }
  await providePackages();
  if (!existsSync(library)) {
    say('Downloading ONNX Runtime’s CUDA library (some 300 MB)…');
    const result = await runBounded(provideNode(), [join(runtime, 'script', 'install.js')], {
      seconds: MINUTES * 60,
      doing: 'downloading ONNX Runtime’s CUDA library',
      // It goes before npm's settings, which keep packages from downloading while they are installed.
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'true' },
    });
    if (!result.ok || !existsSync(library)) {
      const reason = result.timedOut
        ? `it took more than ${MINUTES} min`
        : lastWords(result.output);
      say(`It could not be downloaded (${reason}). Earshot goes on without it.`);
      return 1;
    }
  }
  say(
    'ONNX Runtime’s CUDA library is installed. It needs an NVIDIA driver, CUDA 12 and cuDNN 9 of the system;',
  );
  say('`npm run -s earshot -- doctor` tells whether it works.');
  return 0;
}
