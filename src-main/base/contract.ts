import { z } from 'zod';

/** One call across a border: the schema its input is parsed by, and (as a type only) what it answers. */
export interface Call<Input extends z.ZodType = z.ZodType, Output = unknown> {
  readonly input: Input;
  /** Never present at run time; carries the output type. */
  readonly output?: Output;
}

/** Declares a call: `call<Output>()(inputSchema)`. */
export const call =
  <Output>() =>
  <Input extends z.ZodType>(input: Input): Call<Input, Output> => ({ input });

export type InputOf<C> = C extends Call<infer Input, unknown> ? z.input<Input> : never;
export type ParsedInputOf<C> = C extends Call<infer Input, unknown> ? z.output<Input> : never;
export type OutputOf<C> = C extends Call<z.ZodType, infer Output> ? Output : never;

/** What a room must provide for its calls; a missing handler does not compile. */
export type Handlers<Calls> = {
  [Name in keyof Calls]: (
    input: ParsedInputOf<Calls[Name]>,
  ) => OutputOf<Calls[Name]> | Promise<OutputOf<Calls[Name]>>;
};

/** The input of calls that need none. */
export const nothing = z.object({}).default({});
export const id = z.number().int().positive();
/** As many as the largest libraries have. */
export const trackIds = z.array(id).max(1_000_000);
