import { existsSync } from 'node:fs';
import { recentFailure, rememberFailure } from './attempts.mjs';
import { lastWords, runBounded, say } from './run.mjs';

/** Whether we may install system packages: root on Debian, Ubuntu and their kin. */
export const canUseApt = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** Installs a system package. @returns {Promise<boolean>} whether that went well; a failure is said. */
export async function aptInstall(name, what) {
  const earlier = recentFailure(`apt-${name}`);
  if (earlier) return false;
  say(`Installing ${what} with apt-get…`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args, seconds) =>
    runBounded('apt-get', args, { seconds, doing: `installing ${what}`, env });
  const install = ['install', '-y', '--no-install-recommends', name];
  // Without fresh lists the package may still be known or cached: its outcome does not matter.
  await apt(['update', '-q'], 180);
  const result = await apt(install, 600);
  if (result.ok) return true;
  const reason = result.timedOut ? 'it took too long' : lastWords(result.output);
  rememberFailure(`apt-${name}`, reason);
  say(`apt-get could not install ${what} (${reason}).`);
  return false;
}
