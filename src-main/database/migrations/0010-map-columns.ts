/** A map coloured by key reads the keys of all its tracks: from the small index, not from the rows with the peaks. */
export const migration0010 = /* sql */ `
DROP INDEX recordings_facts;
CREATE INDEX recordings_facts ON recordings(id, duration_seconds, tempo, integrated_loudness, musical_key);
`;
