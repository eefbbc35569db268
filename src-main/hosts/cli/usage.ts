/** How each verb is used. An option that its lines do not name is wrong use of it. */
const USES: Record<string, string> = {
  index: `index <folder…> [--jobs N] [--model ast,maest] [--demo]
                                        scan and analyse`,
  status: `status                                folders and counts`,
  tracks: `tracks [words…]                       list or search`,
  embed: `embed <file> [--model features]       the values of one file; needs no library`,
  similar: `similar <id|path> [-n 20] [--diversity 0..1] [--model features]
  similar --text "slow piano in the rain" [-n 20]
                                        what sounds like a track, or by words with a model that knows them`,
  compare: `compare <id|path> <id|path> [--model features]
                                        how alike two tracks are, and in what`,
  map: `map [--method umap|tsne|pca] [--dims 2|3] [--seed 42] [--model M] [--embeddings embeddings.csv]
    [--out file.png|.svg|.html|.csv|.json] [--width 1600] [--height 1200] [--theme light|dark]
    [--colour genre|artist|year|tempo|key|region|…]
                                        lay the map out anew, and keep it as the name of the file says`,
  label: `label list [set]
  label set <set> <value> <id|path…>
  label remove <set> <value> <id|path…>
  label import <set> <file.csv>
  label export <set> --out <file.csv>   what you call tracks`,
  classify: `classify train|evaluate|predict [id]|explain <id> --label region [--only Kanto]
    [--model features] [--algorithm gbt|mlp|cnn] [--seed 42]
                                        labels learned from sound, with honest scores`,
  autoencoder: `autoencoder train [--label region=Forest,Coast] [--dims 2|3] [--epochs N] [--seed 42] [--name N]
  autoencoder list | map <id>           a map that a network learns from the tracks' own spectrograms`,
  boundary: `boundary --label region [-n 20] [--only Kanto] [--model M] [--algorithm gbt|mlp|cnn]
                                        the least certain tracks, each with its two candidates`,
  matrix: `matrix --rows label:region --cols label:country [--metric l2|cosine] [--scale raw|standardised]
    [--pooling tracks|seconds] [--order given|linkage|optimal] [--model M] [--out matrix.csv]
                                        how far apart groups of tracks are`,
  stats: `stats [--label genre] [--scale raw|standardised] [--model M]
                                        how well groups hold together and stand apart`,
  journey: `journey <file|id> [--out journey.png] from the sound of a track to its values and place`,
  export: `export --out embeddings.csv|embeddings.npy|tracks.csv|points.csv|map.png|map.svg|map.html
    [--model M] [--dims 2|3] [--width 1600] [--height 1200] [--theme light|dark] [--colour genre|…]
                                        vectors, tracks, or the map as it is`,
  model: `model list | add <id> [--variant V] [--from folder] | add --from folder | remove <id> | test <id>
                                        neural networks that listen`,
  serve: `serve [--port 0] [--open] [--demo] [folder…]
                                        the program in a browser`,
  doctor: `doctor                                what works on this machine`,
  bench: `bench                                 how fast this machine is at it`,
};

const EVERYWHERE = ['json', 'library', 'verbose', 'help'];

/** How one verb is used; of all where there is no such verb. */
export function usageOf(verb?: string): string {
  const uses = isVerb(verb) ? [USES[verb]] : Object.values(USES);
  return [
    'Use: earshot <verb> [options]',
    ...uses.map((use) => `  ${use}`),
    'Everywhere: --json, --library <folder where the library lives>, --verbose, --help',
  ].join('\n');
}

/** Whether the verb knows the option. */
export const takesOption = (verb: string, option: string): boolean =>
  EVERYWHERE.includes(option) || new RegExp(`${flagOf(option)}\\b`).test(USES[verb]);

/** An option as a person writes it. */
export const flagOf = (option: string): string => (option === 'count' ? '-n' : `--${option}`);

const isVerb = (verb: string | undefined): verb is string => Object.hasOwn(USES, verb ?? '');
