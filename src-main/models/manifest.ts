import { z } from 'zod';

/** `models/<id>/model.json`: everything that makes one model different from another. */

const melScale = z.enum(['slaney', 'htk', 'kaldi']);
export type MelScale = z.output<typeof melScale>;

/** How the energy of a band becomes the value the network was trained on. */
const compression = z.discriminatedUnion('kind', [
  /** ln(max(x, floor)) */
  z.object({ kind: z.literal('ln-floor'), floor: z.number().positive() }),
  /** ln(x + offset) */
  z.object({ kind: z.literal('ln-offset'), offset: z.number().positive() }),
  /** log10(1 + scale · x) */
  z.object({ kind: z.literal('log10-scaled'), scale: z.number().positive() }),
  /** 10 · log10(max(x, floor)) */
  z.object({ kind: z.literal('decibel'), floor: z.number().positive() }),
]);

const frontEnd = z.object({
  sampleRate: z.union([z.literal(16000), z.literal(22050), z.literal(48000)]),
  nFft: z.union([
    z.literal(256),
    z.literal(512),
    z.literal(1024),
    z.literal(2048),
    z.literal(4096),
  ]),
  /** Samples under the window; the rest of the transform is zeros. */
  windowLength: z.number().int().min(16).max(4096),
  hop: z.number().int().min(1).max(4096),
  /** Hann either way; `symmetric` divides by length - 1. */
  window: z.enum(['hann', 'hann-symmetric']),
  /** What lies before the first and after the last sample, so that frame 0 is centred on sample 0. */
  centre: z.enum(['none', 'zeros', 'reflect']),
  removeDc: z.boolean().default(false),
  preEmphasis: z.number().min(0).max(1).default(0),
  spectrum: z.enum(['power', 'magnitude']),
  bands: z.number().int().min(1).max(512),
  minHz: z.number().min(0),
  maxHz: z.number().positive(),
  scale: melScale,
  norm: z.enum(['none', 'slaney']),
  triangles: z.enum(['hertz', 'mel']),
  compression,
  /** (x - subtract) / divide, after padding where the padding is zeros. */
  normalise: z
    .object({ subtract: z.number(), divide: z.number() })
    .default({ subtract: 0, divide: 1 }),
});
export type FrontEnd = z.output<typeof frontEnd>;

const segment = z.object({
  frames: z.number().int().min(1).max(100_000),
  hopFrames: z.number().int().min(1).max(100_000),
  /** What fills a segment that the track is too short for. */
  padding: z.enum(['zeros', 'repeat']),
  /** Set where every segment is a clip of its own, framed by itself; frames are then counted from it. */
  clipSamples: z.number().int().min(1).optional(),
});

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/, 'A plain file name without folders.');

const modelFile = z.object({
  name: fileName,
  url: z.url({ protocol: /^https$/ }).optional(),
  bytes: z.number().int().positive().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type ModelFile = z.output<typeof modelFile>;

const tensorName = z.string().min(1).max(300);

export const modelManifest = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
  /** Goes up whenever the same file gives other values. */
  version: z.string().min(1).max(40),
  name: z.string().min(1).max(120),
  /** What it is good for, in a sentence or two. */
  about: z.string().max(600),
  source: z.url(),
  licence: z.object({
    name: z.string().max(120),
    url: z.url().optional(),
    /** What it forbids, in a plain sentence. */
    sentence: z.string().max(400),
    nonCommercial: z.boolean(),
  }),
  /** Each variant is one network with what belongs to it; the first is the one offered first. */
  variants: z
    .array(
      z.object({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/),
        about: z.string().max(200),
        network: modelFile,
        /** A rough size where `network.bytes` is not known, for the forecast. */
        roughBytes: z.number().int().positive().optional(),
        extraFiles: z.array(modelFile).max(8).default([]),
      }),
    )
    .min(1)
    .max(8),
  frontEnd,
  segment,
  input: z.object({ name: tensorName, axes: z.enum(['btm', 'bctm', 'bmt']) }),
  embedding: z.object({
    dims: z.number().int().min(1).max(8192),
    /** `inner`: the tokens after the last layer norm, which the loader makes an output. */
    from: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('output'), name: tensorName }),
      z.object({ kind: z.literal('inner'), tensor: z.literal('last-layer-norm') }),
    ]),
    /** How [batch, tokens, dims] becomes [batch, dims]; `none` for an output that has no tokens. */
    tokens: z.enum(['none', 'mean', 'first', 'first-two-mean', 'first-second-rest']),
    /** Whether vectors have unit length before they are averaged over segments. */
    unit: z.boolean().default(false),
  }),
  labels: z
    .object({
      output: tensorName,
      activation: z.enum(['none', 'sigmoid', 'softmax']),
      /** A file beside the manifest or downloaded with the variant. */
      classes: z.object({
        file: fileName,
        format: z.enum(['json-list', 'id2label', 'essentia', 'yamnet-csv']),
      }),
      count: z.number().int().min(1).max(10_000),
      /** In words, such as `Discogs styles`. */
      name: z.string().max(60),
    })
    .optional(),
  text: z
    .object({
      network: modelFile,
      tokenizer: modelFile,
      output: tensorName,
      maxTokens: z.number().int().min(2).max(512),
    })
    .optional(),
});
export type ModelManifest = z.output<typeof modelManifest>;
export type Variant = ModelManifest['variants'][number];

/** Every file that a variant needs, its network first. */
export const filesOf = ({ text }: ModelManifest, { network, extraFiles }: Variant): ModelFile[] => [
  network,
  ...extraFiles,
  ...(text ? [text.network, text.tokenizer] : []),
];
