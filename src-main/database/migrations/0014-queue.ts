/** The queue apart from what changes every second while it plays, with the order it had before it was shuffled. */
export const migration0014 = /* sql */ `
ALTER TABLE playback_state ADD COLUMN queue TEXT NOT NULL DEFAULT '{"queue":[],"order":[]}'; -- JSON
UPDATE playback_state
SET queue = json_object('queue', json_extract(state, '$.queue'), 'order', json('[]'))
WHERE json_extract(state, '$.queue') IS NOT NULL;
`;
