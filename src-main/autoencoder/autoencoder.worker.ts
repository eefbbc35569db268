// Runs in a process of its own: training takes minutes and ends with the process when it is cancelled.
import { serveWorkerCalls } from '../base/worker-calls.ts';
import { TrainingDevice } from '../training/room.ts';
import { gridToWav } from './grid-sound.ts';
import { readMelGrid } from './mel-grid.ts';
import { Autoencoder } from './network.ts';
import { trainAutoencoder } from './train.ts';
import type { AutoencoderWorkerTable, Picture, StoredNetwork } from './worker-table.ts';

let open: { id: number; autoencoder: Promise<Autoencoder> } | null = null;

async function opened({ id, bytes }: StoredNetwork): Promise<Autoencoder> {
  if (open?.id !== id) {
    const before = open;
    open = { id, autoencoder: Autoencoder.fromBytes(bytes, new TrainingDevice()) };
    await (await before?.autoencoder)?.release();
  }
  return open.autoencoder;
}

const pictureOf = ({ shape }: Autoencoder, values: Uint8Array): Picture => ({
  bands: shape.bands,
  columns: shape.columns,
  values,
});

serveWorkerCalls<AutoencoderWorkerTable>({
  async train({ paths, shape, parameters, device: given, ffmpeg, wasm }, sendNews) {
    const device = new TrainingDevice(given.provider, given.why);
    const size = shape.bands * shape.columns;
    const grids = new Uint8Array(paths.length * size);
    const readable: number[] = [];
    for (const [i, path] of paths.entries()) {
      const grid = await readMelGrid(ffmpeg, Buffer.from(path), shape, { wasm }).catch(() => null);
      // A file that cannot be read is left out.
      if (grid) grids.set(grid, size * (readable.push(i) - 1));
      sendNews({ read: i + 1, epoch: null });
    }
    const trained = await trainAutoencoder(
      grids.subarray(0, readable.length * size),
      shape,
      parameters,
      { device, onEpoch: (epoch) => sendNews({ read: null, epoch, device: device.trainedOn }) },
    );
    const { autoencoder, ...found } = trained;
    const network = autoencoder.toBytes();
    await autoencoder.release();
    return { network, readable, ...found, trainedOn: device.trainedOn };
  },

  async decode({ network, point }) {
    const autoencoder = await opened(network);
    return pictureOf(autoencoder, await autoencoder.decode(point));
  },

  async read({ network, path, ffmpeg, wasm }) {
    const autoencoder = await opened(network);
    const grid = await readMelGrid(ffmpeg, Buffer.from(path), autoencoder.shape, { wasm });
    return pictureOf(autoencoder, grid);
  },

  async sound({ network, point }) {
    const autoencoder = await opened(network);
    return gridToWav(await autoencoder.decode(point), autoencoder.shape);
  },
});
