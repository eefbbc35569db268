import type { Component } from 'svelte';
import type { IconName } from '../ui/Icon.svelte';

/** A page beside the map. It is loaded when it is first shown, and takes what it needs from `appContext()`. */
export interface Page {
  id: string;
  /** One word, for the rail. */
  name: string;
  icon: IconName;
  load(): Promise<{ default: Component }>;
}

/** In the order of the rail; the map comes before them. */
export const PAGES: readonly Page[] = [
  {
    id: 'playlists',
    name: 'Playlists',
    icon: 'queue',
    load: () => import('../playback/PlaylistsPage.svelte'),
  },
  {
    id: 'labels',
    name: 'Labels',
    icon: 'label',
    load: () => import('../labels/LabelsPage.svelte'),
  },
  {
    id: 'classifiers',
    name: 'Classifiers',
    icon: 'classifier',
    load: () => import('../classifiers/ClassifiersPage.svelte'),
  },
  {
    id: 'autoencoder',
    name: 'Trained',
    icon: 'trained',
    load: () => import('../autoencoder/AutoencoderPage.svelte'),
  },
  {
    id: 'groups',
    name: 'Groups',
    icon: 'groups',
    load: () => import('../groups/GroupsPage.svelte'),
  },
  {
    id: 'journey',
    name: 'Journey',
    icon: 'journey',
    load: () => import('../journey/JourneyPage.svelte'),
  },
  {
    id: 'models',
    name: 'Models',
    icon: 'models',
    load: () => import('../models/ModelsPage.svelte'),
  },
];

export const MAP_PAGE = 'map';
