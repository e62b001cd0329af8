import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A started child process of `embedded-child.ts`. */
export interface EngineChild {
  readonly pid: number;
  /** Resolves when the process is gone, with what it left on stderr (its last 4 KiB) and how it ended. */
  readonly exited: Promise<{ readonly ended: string; readonly stderr: string }>;
  /** Asks for a clean end in the name of the operator, and kills after `limitMs`. Resolves when the process is gone. */
  stop(limitMs: number): Promise<void>;
}

const tailBytes = 4_096;
const largestStderrFile = 1_048_576;

/** Starts the embedded engine as a child process; `stderrFile` is appended to, and emptied first when it has grown. */
export function spawnEngine(input: {
  library: string;
  configFile: string;
  httpPort: number;
  /** Whether to listen for the native protocol. */
  hasTcp: boolean;
  stderrFile: string;
  /** Headers that name the operator. */
  headers: Readonly<Record<string, string>>;
}): EngineChild {
  // The same file runs from source (.ts) and from the build (.js).
  const entry = fileURLToPath(
    new URL(`./embedded-child.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  );
  const grown = (statSync(input.stderrFile, { throwIfNoEntry: false })?.size ?? 0) > largestStderrFile;
  const stderr = openSync(input.stderrFile, grown ? 'w' : 'a', 0o600);
  const before = statSync(input.stderrFile).size;
  const child = spawn(
    process.execPath,
    [entry, input.library, input.configFile, String(input.httpPort), input.hasTcp ? 'tcp' : ''],
    {
      stdio: ['pipe', 'ignore', stderr],
      // Options of the parent (inspector, test runner, conditions) are not the child's.
      execArgv: [],
      // A terminal's Ctrl-C goes to the process group: the collector drains first and stops the engine last.
      detached: true,
    } as Parameters<typeof spawn>[2],
  );
  closeSync(stderr);
  const exited = endOf(child).then((ended) => ({ ended, stderr: readTail(input.stderrFile, before) }));
  // A child that died already makes the write of `stop` fail; its exit is reported all the same.
  child.stdin?.on('error', () => {});
  return {
    pid: child.pid ?? 0,
    exited,
    stop: async (limitMs) => {
      child.stdin?.write(`stop ${JSON.stringify(input.headers)}\n`);
      const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

function readTail(file: string, from: number): string {
  const text = readFileSync(file).subarray(from);
  return text
    .subarray(Math.max(0, text.length - tailBytes))
    .toString('utf8')
    .trim();
}
