import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** Identifies this run of the machine, from one boot to the next; '' where that can't be told. */
export function bootId(): string {
  return textOf('/proc/sys/kernel/random/boot_id');
}

/** Tells this process from any other of any machine, as far as `isGone` needs. */
export function processIdentity(): string {
  return [placeOf(), process.pid, startTime(process.pid)].join(' ');
}

/**
 * Says whether the process of that identity has surely ended. False of one elsewhere: on another machine or before its last boot, or in
 * another container, whose process numbers are its own.
 */
export function isGone(identity: string): boolean {
  const [place = '', pid = '', started = ''] = identity.split(' ');
  if (place === '' || place !== placeOf()) return false;
  const now = startTime(Number(pid));
  return now === '' ? !isHidden(Number(pid)) : now !== started;
}

/** Says whether there is such a process, of another user and out of sight. */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Gives a text that tells this process from any other that had or will have its number; '' for one that is not there. */
export function startTime(pid: number): string {
  try {
    if (process.platform !== 'linux') {
      const printed = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
      return printed.trim().replaceAll(' ', '_');
    }
    // Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. A zombie holds nothing any more.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

/** Boot and container, within which a process number means one process; '' where that can't be told. */
function placeOf(): string {
  try {
    const boot = bootId();
    return boot === '' ? '' : `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
