import { describe, expect, it } from 'vitest';
import { AppError, toPlainError } from '../base/errors.ts';
import type { WorkerProcess } from '../base/host.ts';
import type { InferenceEvents, Provider } from './contract.ts';
import { Device } from './device.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

/** What a process does when it is asked to compute or to open: answer, say nothing, fail, or die by a signal. */
type Act = 'answer' | 'hang' | AppError | `SIG${string}`;

/** A device whose process does what it is told, one act after another, and answers in the end. */
function device(provider: Provider, acts: { open?: Act[]; run?: Act[] } = {}): Device {
  const left = { open: [...(acts.open ?? [])], run: [...(acts.run ?? [])] };
  const forkWorker = (): WorkerProcess => {
    let listen = (_: unknown): void => {};
    const exits: ((code: number | null, signal: string | null) => void)[] = [];
    const answer = (id: number, name: 'open' | 'run' | 'release'): void => {
      const act = name === 'release' ? 'answer' : (left[name].shift() ?? 'answer');
      const info = { inputs: [], outputs: [{ name: provider, element: 'float32', shape: [1] }] };
      if (act === 'answer') listen({ id, kind: 'value', value: name === 'open' ? info : {} });
      else if (act === 'hang') return;
      else if (typeof act === 'string') exits.forEach((exit) => exit(null, act));
      else listen({ id, kind: 'error', error: toPlainError(act) });
    };
    return {
      pid: undefined,
      send: (message) => {
        const { id, name } = message as { id: number; name: 'open' | 'run' | 'release' };
        queueMicrotask(() => answer(id, name));
      },
      onMessage: (listener) => (listen = listener),
      onExit: (listener) => void exits.push(listener),
      kill: () => {},
    };
  };
  return new Device(provider, {
    forkWorker,
    folder: '/',
    idleMilliseconds: 60_000,
    slowestMilliseconds: 50,
  });
}

interface Opening {
  session: Promise<Session>;
  moves: InferenceEvents['inference.deviceChanged'][];
}

function open(...devices: Device[]): Opening {
  const moves: Opening['moves'] = [];
  async function* inOrder(): AsyncGenerator<Device, void> {
    yield* devices;
  }
  const session = openSession({ path: '/x.onnx' }, inOrder(), (move) => moves.push(move));
  return { session, moves };
}

const batch = (count: number): Parameters<Session['run']>[0] => ({
  x: { dims: [count], data: new Float32Array(count) },
});

describe('openSession', () => {
  it('stays on the first device that takes the network', async () => {
    const { session, moves } = open(device('webgpu'), device('cpu'));
    const opened = await session;
    await opened.run(batch(1), []);
    expect([opened.provider, opened.outputs[0].name, moves]).toEqual(['webgpu', 'webgpu', []]);
  });

  it('says when a device does not take the network and the next one does', async () => {
    const reason = 'WebGPU leaves MatMulInteger to the processor.';
    const refusing = device('webgpu', { open: [new AppError('unavailable', reason)] });
    const { session, moves } = open(refusing, device('cpu'));
    expect((await session).provider).toBe('cpu');
    expect(moves).toEqual([{ from: 'webgpu', to: 'cpu', reason }]);
  });

  it('starts a process that died once, and leaves the device after the second time', async () => {
    const dying = device('webgpu', { run: ['SIGSEGV', 'answer', 'SIGABRT'] });
    const { session, moves } = open(dying, device('cpu'));
    const opened = await session;
    await opened.run(batch(4), []);
    expect([opened.provider, moves]).toEqual(['webgpu', []]);
    await opened.run(batch(4), []);
    expect([opened.provider, opened.outputs[0].name]).toEqual(['cpu', 'cpu']);
    const reason = 'Computing on WebGPU ended its process twice (SIGABRT).';
    expect(moves).toEqual([{ from: 'webgpu', to: 'cpu', reason }]);
  });

  it('gives up where the last device dies twice', async () => {
    const opened = await open(device('cpu', { run: ['SIGSEGV', 'SIGSEGV'] })).session;
    await expect(opened.run(batch(1), [])).rejects.toMatchObject({
      code: 'process-died',
      message: 'Computing on the processor ended its process twice (SIGSEGV).',
    });
  });

  it('moves on where a device is lost', async () => {
    const lost = device('cuda', { run: [new AppError('unavailable', 'The card was removed.')] });
    const { session, moves } = open(lost, device('webgpu'));
    const opened = await session;
    await Promise.all([opened.run(batch(1), []), opened.run(batch(1), [])]);
    expect([opened.provider, moves.length]).toEqual(['webgpu', 1]);
  });

  it('ends a process that gives no answer, goes on elsewhere or starts it anew', async () => {
    const { session, moves } = open(device('webgpu', { run: ['hang'] }), device('cpu'));
    const opened = await session;
    await opened.run(batch(2), []);
    const reason = 'The process was ended: WebGPU gave no answer in 1 s.';
    expect(moves).toEqual([{ from: 'webgpu', to: 'cpu', reason }]);
    const alone = await open(device('cpu', { open: ['answer', 'hang'], run: ['hang'] })).session;
    for (let hang = 0; hang < 2; hang++) {
      await expect(alone.run(batch(1), [])).rejects.toMatchObject({ code: 'timeout' });
    }
    await alone.run(batch(1), []);
  });

  it('tells a caller whose batch is too large, however the memory ran out', async () => {
    const full = new AppError('out-of-memory', 'There is not enough memory on WebGPU for this.');
    const { session, moves } = open(device('webgpu', { run: [full, 'SIGKILL'] }), device('cpu'));
    const opened = await session;
    await expect(opened.run(batch(8), [])).rejects.toMatchObject({ code: 'out-of-memory' });
    await expect(opened.run(batch(4), [])).rejects.toMatchObject({ code: 'out-of-memory' });
    await opened.run(batch(2), []);
    expect([opened.provider, moves]).toEqual(['webgpu', []]);
  });

  it('passes on what is wrong with the input', async () => {
    const wrong = new AppError('model-invalid', 'This network does not take what it was given.');
    const { session } = open(device('webgpu', { run: [wrong] }), device('cpu'));
    const opened = await session;
    await expect(opened.run(batch(1), [])).rejects.toMatchObject({ code: 'model-invalid' });
    expect(opened.provider).toBe('webgpu');
  });

  it('reports the last refusal where no device takes it', async () => {
    const refusal = (text: string): { open: Act[] } => ({
      open: [new AppError('model-invalid', text)],
    });
    const { session } = open(device('webgpu', refusal('First.')), device('cpu', refusal('Last.')));
    await expect(session).rejects.toThrow('Last.');
    await expect(open().session).rejects.toMatchObject({ code: 'unavailable' });
  });
});
