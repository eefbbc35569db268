// Segments per second of an AST-sized network (random weights), as bare `session.run` in a loop.
//   node bench/inference.mjs [--provider cpu] [--batch 4] [--seconds 30] [--json]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigAst } from '../src-main/inference/fixtures/tiny-models.ts';
import { INNER_OUTPUT, POOLED_OUTPUT } from '../src-main/inference/room.ts';
import { bareSegmentsPerSecond } from './bare-inference.mjs';

const { values } = parseArgs({
  options: {
    provider: { type: 'string', default: 'cpu' },
    batch: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});
const { provider } = values;
const batch = Number(values.batch);

const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'));
try {
  const path = join(folder, 'ast.onnx');
  writeFileSync(path, bigAst());
  const bare = await bareSegmentsPerSecond({
    network: {
      path,
      innerOutput: { find: 'last-layer-norm', dims: 768 },
      pooled: { tensor: INNER_OUTPUT, tokens: 'mean' },
    },
    provider,
    folder,
    input: 'input_values',
    dims: [batch, 1024, 128],
    output: POOLED_OUTPUT,
    seconds: Number(values.seconds),
  });
  const result = { provider, batch, bareSegmentsPerSecond: Math.round(bare * 1000) / 1000 };
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
