import { spawn } from 'node:child_process';
import { root } from './places.mjs';

/** Set-up speaks on stderr, so that stdout stays free for `--json`. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a program to its end or to the end of its time; never throws.
 * While it runs, `doing` is repeated every 20 s with the time spent, so that no one waits in the dark.
 * @returns {Promise<{ ok: boolean, timedOut: boolean, output: string }>} `output`: the last 8,000 characters.
 */
export function runBounded(command, args, { seconds, doing, env = process.env, shell = false }) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const collect = (chunk) => (output = (output + chunk).slice(-8000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const heartbeat = setInterval(() => {
      say(`  … still ${doing} (${Math.round((Date.now() - started) / 1000)} s)`);
    }, 20_000);
    const limit = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
      // Whatever it started may hold the pipes open; that is not waited for.
      child.unref();
      finish(false);
    }, seconds * 1000);
    const finish = (ok) => {
      clearInterval(heartbeat);
      clearTimeout(limit);
      resolve({ ok, timedOut, output });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0 && !timedOut));
  });
}

/**
 * Runs a program on this terminal until it ends; our own end is passed on to it.
 * @returns {Promise<number>} its exit code; 1 where a signal ended it or it could not start.
 */
export function runHere(command, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    const passOn = (signal) => child.kill(signal);
    // The terminal sends Ctrl+C to the child as well; here it only must not end us first.
    const wait = () => {};
    process.on('SIGTERM', passOn);
    process.on('SIGINT', wait);
    const finish = (code) => {
      process.off('SIGTERM', passOn);
      process.off('SIGINT', wait);
      resolve(code);
    };
    child.on('error', (error) => {
      say(`${command} could not be started: ${error.message}`);
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** The last line of a program's output that says something, for a one-sentence report. */
export function lastWords(output) {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const error = lines.find((line) => /\berror\b|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN/i.test(line));
  return (error ?? lines.filter(Boolean).at(-1) ?? 'no reason given').slice(0, 200);
}
