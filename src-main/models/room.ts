import { join } from 'node:path';
import type { Handlers } from '../base/contract.ts';
import { AppError, toPlainError } from '../base/errors.ts';
import { Emitter } from '../base/events.ts';
import type { Host } from '../base/host.ts';
import type { Inference } from '../inference/room.ts';
import { readCatalogue } from './catalogue.ts';
import type { CatalogueModel } from './catalogue.ts';
import type { ModelEntry, ModelList, modelsCalls, ModelsEvents } from './contract.ts';
import type { Network } from './download/https-get.ts';
import { Downloads } from './downloads.ts';
import { addOwnModel, addPublishedFiles } from './from-folder.ts';
import { installedModel } from './installed.ts';
import type { InstalledModel } from './installed.ts';
import { filesOf } from './manifest.ts';
import type { Variant } from './manifest.ts';
import { modelEntry } from './model-entry.ts';
import { ModelFolder } from './model-folder.ts';
import { proveNetworks } from './prove.ts';
import { tryNetwork } from './trial.ts';

/** Front door: which models there are, what they need, and which files of theirs are here. */
export { modelManifest } from './manifest.ts';
export type { FrontEnd, MelScale, ModelManifest } from './manifest.ts';
export type { InstalledModel } from './installed.ts';
export { inputDims, networkOf } from './network.ts';

export interface ModelsDeps {
  host: Pick<Host, 'paths' | 'pickFolder' | 'proxiesFor' | 'log'>;
  inference: Pick<Inference, 'open'>;
  /** How the outside is reached, where not as usual. */
  network?: Network;
}

export interface Models {
  calls: Handlers<typeof modelsCalls>;
  events: Emitter<ModelsEvents>;
  catalogue(): ModelEntry[];
  /** Null until the files of some variant are here and were looked at, and for an id that nobody knows. */
  installed(id: string): InstalledModel | null;
  /** Fetches what is missing, looks at it and takes it into use. @throws AppError */
  install(id: string, variant?: string): Promise<InstalledModel>;
  /** Files of a published model, or a model of one's own, out of a folder. @throws AppError; changes nothing then */
  addFromFolder(folder: string, id?: string): Promise<ModelEntry>;
  close(): void;
}

export function createModels({
  host,
  inference,
  network = { proxiesFor: host.proxiesFor },
}: ModelsDeps): Models {
  const ownFolder = join(host.paths.data, 'models');
  const events = new Emitter<ModelsEvents>();
  const problems = new Map<string, string>();
  const downloads = new Downloads(
    (progress) => events.emit('models.downloadProgressed', progress),
    network,
  );
  let { models, broken } = readCatalogue(host.paths.models, ownFolder);

  const lookAgain = (): void =>
    void ({ models, broken } = readCatalogue(host.paths.models, ownFolder));
  const changed = (id: string): void => {
    lookAgain();
    events.emit('models.changed', { id });
  };
  const filesFor = (id: string): ModelFolder => new ModelFolder(join(ownFolder, id));
  const entryOf = (model: CatalogueModel): ModelEntry => {
    const { id } = model.manifest;
    const news = { problem: problems.get(id) ?? null, download: downloads.progressOf(id) };
    return modelEntry(model, filesFor(id), news);
  };
  const list = (): ModelList => {
    lookAgain();
    return { models: [...models.values()].map(entryOf), broken, ownFolder };
  };
  const requireModel = (id: string): CatalogueModel => {
    const model = models.get(id);
    if (model) return model;
    throw new AppError('not-found', `There is no model ${id}.`);
  };

  /** Looks at the files of a variant; what is wrong with them stays said until the next look. */
  async function check(model: CatalogueModel, variant: Variant): Promise<void> {
    const { manifest } = model;
    const { id } = manifest;
    const files = filesFor(id);
    problems.delete(id);
    try {
      const found = await files.verifyAll(filesOf(manifest, variant));
      await proveNetworks(inference, model, variant, files, found);
      files.accept(variant.id, found);
    } catch (thrown) {
      problems.set(id, toPlainError(thrown).message);
      throw thrown;
    } finally {
      changed(id);
    }
  }

  /** What was put by hand: the first variant of which all is here. Wrong files are told by the entry. */
  async function checkByHand(id: string): Promise<void> {
    const model = requireModel(id);
    const files = filesFor(id);
    const isWhole = (variant: Variant): boolean =>
      filesOf(model.manifest, variant).every((file) => files.stateOf(file) !== 'absent');
    const variant = model.manifest.variants.find(isWhole);
    if (variant) await check(model, variant).catch(() => {});
    else problems.delete(id);
  }

  const unchecked = (): string[] =>
    [...models.values()]
      .map(entryOf)
      .filter(({ variants }) => variants.some(({ state }) => state === 'unchecked'))
      .map(({ id }) => id);

  async function install(id: string, variantId?: string): Promise<InstalledModel> {
    const model = requireModel(id);
    const variant = variantOf(model, variantId);
    problems.delete(id);
    try {
      await downloads.run(model.manifest, variant, filesFor(id), () => check(model, variant));
    } catch (thrown) {
      const { code, message } = toPlainError(thrown);
      if (code !== 'cancelled' && code !== 'busy') problems.set(id, message);
      throw thrown;
    } finally {
      changed(id);
    }
    return installedModel(model, filesFor(id))!;
  }

  async function addFromFolder(folder: string, id?: string): Promise<ModelEntry> {
    lookAgain();
    const model = id === undefined ? null : requireModel(id);
    const place = { folder, ownFolder, inference };
    const added = model
      ? await addPublishedFiles(place, model)
      : await addOwnModel(place, (taken) => models.has(taken));
    problems.delete(added);
    changed(added);
    return entryOf(requireModel(added));
  }

  function requireInstalled(id: string): InstalledModel {
    const model = requireModel(id);
    const installed = installedModel(model, filesFor(id));
    if (installed) return installed;
    throw new AppError('model-missing', `The files of ${model.manifest.name} are not here yet.`);
  }

  return {
    events,
    catalogue: () => list().models,
    installed: (id) => {
      const model = models.get(id);
      return model ? installedModel(model, filesFor(id)) : null;
    },
    install,
    addFromFolder,
    close: () => downloads.cancelAll(),
    calls: {
      'models.list': list,
      'models.add': ({ id, variant }) => {
        variantOf(requireModel(id), variant);
        install(id, variant).catch((thrown: unknown) =>
          host.log.info('A model was not added.', { message: toPlainError(thrown).message }),
        );
      },
      'models.cancel': ({ id }) => downloads.cancel(id),
      'models.check': async ({ id }) => {
        lookAgain();
        for (const one of id === undefined ? unchecked() : [id]) await checkByHand(one);
        return list();
      },
      'models.addFromFolder': async ({ id }) => {
        const folder = await host.pickFolder?.();
        return folder ? addFromFolder(folder, id) : null;
      },
      'models.choose': ({ id, variant }) => {
        filesFor(id).accept(variantOf(requireModel(id), variant).id, []);
        changed(id);
      },
      'models.remove': ({ id }) => {
        requireModel(id);
        downloads.cancel(id);
        problems.delete(id);
        filesFor(id).delete();
        changed(id);
      },
      'models.test': ({ id }) => {
        const model = requireInstalled(id);
        const { manifest, variant, networkPath: path, sha256 } = model;
        return tryNetwork(inference, manifest, { variant, path, sha256 });
      },
    },
  };
}

/** The first variant is the one that is offered first. */
function variantOf({ manifest }: CatalogueModel, id = manifest.variants[0].id): Variant {
  const variant = manifest.variants.find((one) => one.id === id);
  if (variant) return variant;
  const known = manifest.variants.map((one) => one.id).join(', ');
  throw new AppError('not-found', `${manifest.name} has no variant ${id}, only ${known}.`);
}
