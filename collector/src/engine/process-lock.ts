import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { startTime } from './process-identity.ts';

/** A lock file that this process holds. */
export interface ProcessLock {
  /** Removes the file if this process still holds it. */
  release(): Promise<void>;
}

/** The file is held by the living process `heldBy`. */
export interface LockRefused {
  readonly heldBy: number;
}

/**
 * Takes the lock file `file` for this process. The file appears with its whole content in one step (link), so no reader ever sees
 * a half-written one. That of a dead process is replaced under a second lock named for the dead holder: whoever gets that one looks
 * again, so a late comer cannot replace the lock of the process that was first.
 */
export async function acquireProcessLock(file: string): Promise<ProcessLock | LockRefused> {
  const own = `${process.pid} ${startTime(process.pid)} ${randomUUID()}`;
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, own, { mode: 0o600 });
  try {
    for (;;) {
      if (await linked(draft, file)) return heldLock(file, own);
      const holder = await contentOf(file);
      if (holder === null) continue;
      const pid = livingHolder(holder);
      if (pid !== null) return { heldBy: pid };
      const guard = await acquireProcessLock(`${file}.takeover-${holder.split(' ', 2).join('-')}`);
      if ('heldBy' in guard) return guard;
      try {
        if ((await contentOf(file)) !== holder) continue;
        await rename(draft, file);
        return heldLock(file, own);
      } finally {
        await guard.release();
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function heldLock(file: string, own: string): ProcessLock {
  return {
    release: async () => {
      if ((await contentOf(file)) === own) await rm(file, { force: true });
    },
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function contentOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Gives the holder's process id if that very process, not a later one of the same number, is alive. */
function livingHolder(content: string): number | null {
  const [pid = '', started] = content.split(' ');
  return /^\d+$/.test(pid) && started === startTime(Number(pid)) ? Number(pid) : null;
}
