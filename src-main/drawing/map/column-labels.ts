import type { ColumnName } from '../../projection/contract.ts';

/** What a column is called for people. */
export const COLUMN_LABELS: Record<ColumnName, string> = {
  genre: 'Genre',
  artist: 'Artist',
  album: 'Album',
  folder: 'Folder',
  year: 'Year',
  tempo: 'Tempo',
  key: 'Key',
  loudness: 'Loudness',
  duration: 'Duration',
  added: 'Added',
  region: 'Region',
  trust: 'Trust',
  agreement: 'Agreement of models',
};
