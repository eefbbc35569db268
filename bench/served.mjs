import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../out/main/cli.js', import.meta.url));

/** Serves a library by the built program. */
export function serve(data) {
  const server = spawn(process.execPath, [program, 'serve', '--library', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = new Promise((resolve, reject) => {
    server.stdout.on('data', (text) => resolve(String(text).match(/http\S+/)[0]));
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  return { server, address };
}
