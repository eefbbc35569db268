import type { MatrixRequest, VectorScale } from './contract.ts';
import type { MeasuredMatrix, NamedMembers } from './matrix.ts';
import type { measureClasses, NamedClass } from './statistics.ts';

/** Which vectors are looked at, and in which units. */
export interface SpaceChoice {
  databasePath: string;
  model: string;
  scale: VectorScale;
}

/** What the groups process can be asked, see base/worker-calls.ts. */
export type GroupsWorkerTable = {
  measureMatrix: {
    input: SpaceChoice &
      Pick<MatrixRequest, 'metric' | 'pooling' | 'order'> & {
        rows: NamedMembers[];
        columns: NamedMembers[];
      };
    news: never;
    output: MeasuredMatrix;
  };
  measureClasses: {
    input: SpaceChoice & { classes: NamedClass[] };
    news: never;
    output: ReturnType<typeof measureClasses>;
  };
};
