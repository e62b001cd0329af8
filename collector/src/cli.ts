#!/usr/bin/env node
// Static imports run before the first statement, and those of this program fail on an old Node in ways nobody understands.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`spanledger needs Node.js 22.15 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { runCommandLine } = await import('./commands/run-command-line.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    environment: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
  });
}

export {};
