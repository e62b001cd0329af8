import type { Engine } from '../collector/src/engine/engine-contract.ts';
import { readSourceDays, rollDay } from '../collector/src/settle/roll-days.ts';

/** Rolls up every day that is not, as a collector does once it is quiet; gives how many days that were. */
export async function rollUp(engine: Engine): Promise<number> {
  const due = (await readSourceDays(engine)).filter((day) => !day.rolled);
  for (const day of due) await rollDay(engine, day, async () => {});
  return due.length;
}
