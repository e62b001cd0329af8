import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

/** The clock of /proc on Linux: ticks of 10 ms. */
const SECONDS_PER_TICK = 0.01;

/** CPU seconds that a process has used in user and kernel mode since its start. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the command, in brackets, may hold blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * SECONDS_PER_TICK;
}

/** CPU seconds that all processes of the machine have used since it started. */
export function cpuSecondsOfMachine(): number {
  return os.cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}

/** Resident memory of a process in bytes: now, and the most since its start or the last `forgetPeak`. */
export function memoryOf(pid: number): { readonly resident: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytesOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
  return { resident: bytesOf('VmRSS'), peak: bytesOf('VmHWM') };
}

/** Lets the peak of a process's memory begin anew. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
