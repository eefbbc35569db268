import { AppError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { PROVIDER_NAMES } from './contract.ts';
import type { Provider } from './contract.ts';

/** ONNX Runtime throws texts; these are the ones that a person or a caller can act on. */
const KNOWN: [RegExp, ErrorCode, (provider: string) => string][] = [
  [
    /out of memory|failed to allocate|bad_alloc|bad allocation|OUTOFMEMORY|not enough memory|device (was |is )?lost/i,
    'out-of-memory',
    (provider) => `There is not enough memory on ${provider} for this.`,
  ],
  [/WebGPU adapter/i, 'unavailable', () => 'There is no graphics driver that WebGPU can use.'],
  [
    /no available backend|backend not found|Failed to load shared library|CUDA failure|no CUDA-capable|provider.*not (available|supported|enabled)|not compiled|ExecutionProvider_/i,
    'unavailable',
    (provider) => `This network cannot be run on ${provider}.`,
  ],
  [
    /protobuf parsing failed|INVALID_PROTOBUF|Load model .*failed|INVALID_GRAPH|Invalid model|ModelProto|Unsupported model IR|not a registered function|ONNX Runtime only \*guarantees\*|Type Error|Node \(.*\)/i,
    'model-invalid',
    () => 'ONNX Runtime does not accept this network.',
  ],
  [
    /Got invalid dimensions|Invalid rank|Unexpected input data type|is missing in 'feeds'|invalid input|dimension mismatch|shape mismatch|cannot be broadcast|INVALID_ARGUMENT/i,
    'model-invalid',
    () => 'This network does not take what it was given.',
  ],
];

/** Any error of ONNX Runtime as code and sentence, its own words behind. */
export function fromOrtError(thrown: unknown, provider: Provider): AppError {
  if (thrown instanceof AppError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const name = PROVIDER_NAMES[provider];
  const [, code, say] = KNOWN.find(([pattern]) => pattern.test(text)) ?? unknown(provider);
  return new AppError(code, `${say(name)} (${ownWords(text)})`, { cause: thrown });
}

/** The processor does not fail by itself: then it is the network. */
const unknown = (provider: Provider): (typeof KNOWN)[number] =>
  provider === 'cpu'
    ? [/./, 'model-invalid', () => 'This network cannot be computed.']
    : [/./, 'internal', (name) => `Computing on ${name} failed.`];

/** Without the places in its sources that ONNX Runtime puts before; names in a file may be anything. */
function ownWords(text: string): string {
  const [firstLine] = text.trim().split('\n');
  const said = firstLine.replace(/^\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /, '');
  const words = said.replace(/^.* was false\. (?=.)/, '').slice(0, 300);
  return words.replace(/\p{Cc}/gu, '\ufffd');
}
