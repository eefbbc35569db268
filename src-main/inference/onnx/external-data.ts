import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { parseGraph, parseNode, parseTensor } from './model.ts';
import type { Graph, Model, Node, Tensor } from './model.ts';
import { bytesOf, integerOf, readFields, textOf } from './wire.ts';

/** Graphs within graphs (If, Loop); deeper ones are made to exhaust the stack. */
const MAX_DEPTH = 8;

/** The names of other files that hold weights of this model, as they stand in it; each once. */
function externalLocations({ graph, unknown }: Model): Set<string> {
  const locations = new Set<string>();
  const look = (tensors: Iterable<Tensor>): void => {
    for (const tensor of tensors) {
      const location = locationOf(tensor);
      if (location !== null) locations.add(location);
    }
  };
  look(tensorsOf(graph, 0));
  for (const field of unknown) {
    if (field.number !== 25) continue; // An operator that the model defines itself.
    for (const part of readFields(bytesOf(field))) {
      if (part.number === 7) look(tensorsOfNode(parseNode(bytesOf(part)), 0));
    }
  }
  return locations;
}

function* tensorsOf(graph: Graph, depth: number): Generator<Tensor> {
  if (depth > MAX_DEPTH) {
    throw new AppError('model-invalid', 'The parts of this network are nested too deeply.');
  }
  yield* graph.initializers;
  for (const field of graph.unknown) {
    if (field.number !== 15) continue; // A sparse initialiser: its values and its indices.
    for (const part of readFields(bytesOf(field))) {
      if (part.number <= 2) yield parseTensor(bytesOf(part));
    }
  }
  for (const node of graph.nodes) yield* tensorsOfNode(node, depth);
}

function* tensorsOfNode({ attributes }: Node, depth: number): Generator<Tensor> {
  for (const attribute of attributes) {
    if (attribute.tensor) yield attribute.tensor;
    for (const field of attribute.unknown) {
      if (field.number === 6 || field.number === 11) {
        yield* tensorsOf(parseGraph(bytesOf(field)), depth + 1);
      } else if (field.number === 10) {
        yield parseTensor(bytesOf(field));
      }
    }
  }
}

/** Null where the values lie in the model itself. */
function locationOf({ unknown }: Tensor): string | null {
  const isExternal = unknown.some((field) => field.number === 14 && integerOf(field) === 1n);
  if (!isExternal) return null;
  for (const field of unknown) {
    if (field.number !== 13) continue;
    const entry = readFields(bytesOf(field));
    const [key, value] = [1, 2].map((number) => {
      const found = entry.find((part) => part.number === number);
      return found ? textOf(found) : '';
    });
    if (key === 'location') return value;
  }
  throw new AppError(
    'model-invalid',
    'Weights of this network lie in another file that it does not name.',
  );
}

/**
 * Whether there is any. Throws `model-invalid` unless every file with weights lies in `folder` itself or below it, links
 * resolved: a model from the internet must not read other files of the user's.
 */
export function checkExternalData(model: Model, folder: string): boolean {
  const locations = externalLocations(model);
  for (const location of locations) {
    const path = resolve(folder, location);
    if (isAbsolute(location) || !isInside(folder, path)) throw outside(location);
    let real: string;
    try {
      real = realpathSync(path);
      if (!statSync(real).isFile()) throw new Error('not a file');
    } catch {
      throw new AppError(
        'model-invalid',
        `Weights of this network lie in the file ${location}, which is not beside it.`,
      );
    }
    if (!isInside(realpathSync(folder), real)) throw outside(location);
  }
  return locations.size > 0;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const outside = (location: string): AppError =>
  new AppError(
    'model-invalid',
    `This network wants to read ${JSON.stringify(location)}, which lies outside its folder. It was not opened.`,
  );
