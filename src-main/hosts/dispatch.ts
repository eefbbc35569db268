import { AppError, toPlainError } from '../base/errors.ts';
import type { App } from '../app.ts';
import { appCalls } from '../contract.ts';
import type { CallName } from '../contract.ts';
import type { CallReply } from './bridge-contract.ts';

/** The one way in for calls of every host: the input is parsed, the handler runs, errors become plain. */
export async function dispatch(app: App, name: string, input: unknown): Promise<CallReply> {
  try {
    if (!Object.hasOwn(appCalls, name)) {
      throw new AppError('bad-input', 'There is no such call.');
    }
    const parsed = appCalls[name as CallName].input.safeParse(input ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new AppError('bad-input', `${issue.path.join('.') || 'Input'}: ${issue.message}`);
    }
    const handler = app.calls[name as CallName] as (input: unknown) => unknown;
    return { ok: true, value: (await handler(parsed.data)) ?? null };
  } catch (thrown) {
    const error = toPlainError(thrown);
    if (error.code === 'internal') app.log.error('a call failed', { name, message: error.message });
    return { ok: false, error };
  }
}
