/** Makes the recorded corpus again: `npm run corpus:record [-- family ...]`. It needs a package registry. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startProvider } from '../provider/provider.ts';
import { FAMILIES, type Family, type Recording } from './families.ts';
import { startSink } from './sink.ts';

const folder = import.meta.dirname;
const captured = path.join(folder, '../captured');
const repository = path.join(folder, '../../..');
/** Fixed, since spans carry it. */
const PROVIDER_PORT = 8399;
/** Paths of this machine, and keys of a resource that describe it. A host's name may be so short that ids contain it by chance. */
const privateTexts = [repository, os.homedir(), os.tmpdir(), 'host.name', 'host.id', 'process.pid', 'process.command'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !FAMILIES.some((family) => family.name === name));
if (unknown.length > 0) {
  const names = FAMILIES.map((family) => family.name).join(', ');
  throw new Error(`There is no family ${unknown.join(', ')}. Name none for all, or some of: ${names}.`);
}
for (const family of FAMILIES) {
  if (wanted.length > 0 && !wanted.includes(family.name)) continue;
  const home = path.join(os.tmpdir(), 'spanledger-corpus', family.name);
  const command = await install(family, home);
  for (const recording of family.recordings) await record(family, recording, home, command);
  await rm(home, { recursive: true });
}

/** Installs a family's pins in a temporary folder and gives the program that runs its apps there. */
async function install(family: Family, home: string): Promise<string> {
  await rm(home, { recursive: true, force: true });
  await cp(path.join(folder, family.name), home, { recursive: true });
  if (family.language === 'node') {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], home, process.env);
    return process.execPath;
  }
  const python = path.join(home, 'venv/bin/python');
  await run('python3', ['-m', 'venv', 'venv'], home, process.env);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt'], home, process.env);
  return python;
}

async function record(family: Family, recording: Recording, home: string, command: string): Promise<void> {
  const version = await pinnedVersion(family, recording.emitter, home);
  const language = family.language === 'python' ? 'python-' : '';
  const name = `${language}${recording.emitter.replace('@', '').replace('/', '-')}@${version}`;
  const bodies = await mkdtemp(path.join(os.tmpdir(), 'spanledger-corpus-'));
  const provider = await startProvider(PROVIDER_PORT);
  const sink = await startSink(bodies, privateTexts);
  try {
    await run(command, [recording.app], home, environmentOf(name, provider.url, sink.url));
  } finally {
    await provider.close();
    await sink.close();
  }
  if (sink.files().length === 0) throw new Error(`${name}: the app ended and sent nothing.`);
  await writeFile(path.join(bodies, 'billed.json'), `${JSON.stringify(provider.bill(), null, 2)}\n`);

  const target = path.join(captured, name);
  await mkdir(target, { recursive: true });
  const old = await readdir(target);
  await Promise.all(old.filter((file) => /^\d+-(traces|logs)\./.test(file)).map((file) => rm(path.join(target, file))));
  await cp(bodies, target, { recursive: true });
  await rm(bodies, { recursive: true });
  process.stdout.write(`${name}: ${sink.files().join(' ')}, ${provider.bill().length} requests billed\n`);
}

async function pinnedVersion(family: Family, emitter: string, home: string): Promise<string> {
  if (family.language === 'node') {
    const manifest = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const version = manifest.dependencies[emitter];
    if (version === undefined) throw new Error(`${family.name}/package.json does not depend on ${emitter}.`);
    return version;
  }
  const pins = (await readFile(path.join(home, 'requirements.txt'), 'utf8'))
    .split('\n')
    .map((line) => line.split('=='));
  const version = pins.find(([name]) => name === emitter)?.[1];
  if (version === undefined) throw new Error(`${family.name}/requirements.txt does not pin ${emitter}.`);
  return version;
}

/** Environment of an app: the local provider and sink, a fixed resource, no frames of this machine in stack traces. */
function environmentOf(service: string, providerUrl: string, sinkUrl: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OTEL|OPENAI|ANTHROPIC|NODE|npm)_/.test(name));
  return {
    ...Object.fromEntries(kept),
    NODE_OPTIONS: '--stack-trace-limit=0',
    PYTHONDONTWRITEBYTECODE: '1',
    OPENAI_BASE_URL: `${providerUrl}/v1`,
    OPENAI_API_KEY: 'local',
    ANTHROPIC_BASE_URL: providerUrl,
    ANTHROPIC_API_KEY: 'local',
    GOOGLE_GEMINI_BASE_URL: providerUrl,
    OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_NODE_RESOURCE_DETECTORS: 'none',
    OTEL_SERVICE_NAME: service,
  };
}

async function run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${path.basename(command)} ${args.join(' ')} ended with ${code}.`);
}
