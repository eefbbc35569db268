import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { LocalSession } from './local-session.ts';
import { trialFeeds } from './trial-feeds.ts';

/** Operators on sizes and indices run on the processor everywhere; weights and activations are larger. */
const SMALL_BYTES = 16 * 1024;

interface ProfileEvent {
  cat?: string;
  args?: Record<string, string | undefined>;
}

/**
 * Computes once and throws `unavailable` where the device leaves real work of this network to the
 * processor, which would be slower than the processor alone. Drivers also fail here that could open it.
 * @param profilePrefix with which the session was made
 */
export async function checkDevice(
  session: LocalSession,
  profilePrefix: string,
  trialDims?: Record<string, number[]>,
): Promise<void> {
  try {
    await session.run(trialFeeds(session, trialDims), [session.outputs[0].name]);
  } finally {
    session.endProfiling();
  }
  const events = await takeProfile(profilePrefix);
  const strays = new Set(events.filter(isRealWorkOnProcessor).map(({ args }) => args?.op_name));
  if (strays.size > 0) {
    throw new AppError(
      'unavailable',
      `${PROVIDER_NAMES[session.provider]} cannot compute all of this network: it leaves ` +
        `${[...strays].slice(0, 5).join(', ')} to the processor.`,
    );
  }
}

function isRealWorkOnProcessor({ cat, args }: ProfileEvent): boolean {
  if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider') return false;
  if (args.op_name?.startsWith('Memcpy')) return false;
  const sizes = [args.output_size, args.activation_size, args.parameter_size];
  return sizes.some((size) => Number(size) > SMALL_BYTES);
}

/** ONNX Runtime adds the time to the name. */
async function takeProfile(prefix: string): Promise<ProfileEvent[]> {
  const folder = dirname(prefix);
  const name = (await readdir(folder)).find((file) => file.startsWith(basename(prefix)));
  if (!name) throw new AppError('internal', 'ONNX Runtime did not say where it computes.');
  const events = JSON.parse(await readFile(join(folder, name), 'utf8')) as ProfileEvent[];
  await rm(join(folder, name), { force: true });
  return events;
}
