import { open, readFile } from 'node:fs/promises';

/** x86-64 code of the library that a server's configuration would have prepared for, by bytes that occur once in it. */
interface Places {
  /** Entry of the function that gives the address for other replicas. */
  readonly address: number;
  /** Entry of the function that gives the scheme of addresses. */
  readonly scheme: number;
  /** Where a fetch loads the pointer to the credentials. */
  readonly credentials: number;
}

const ADDRESS = Buffer.from('41565348 83ec48 4c8b36 490fbe8e67010000'.replaceAll(' ', ''), 'hex');
const SCHEME = Buffer.from('488b06 80b88701000000 781a 480570010000'.replaceAll(' ', ''), 'hex');
/** A field of the address, the pointer to the credentials, and the length of the user's name. */
const CREDENTIALS = Buffer.from('440fb75b18 488b83c0000000 80781700'.replaceAll(' ', ''), 'hex');
const LOAD_AT = 5;
const LOAD_BYTES = 7;
/** Behind the new code of the first function there is room for empty credentials. */
const EMPTY_AT = 64;
const EMPTY_BYTES = 96;
const RETURN = Buffer.from('4889f8c3', 'hex');
const CHUNK_BYTES = 64 << 20;

const found = new Map<string, Promise<Places>>();

/**
 * Gives a running embedded engine an address for other replicas: 127.0.0.1 and a port, HTTP, without credentials. ClickHouse's server
 * takes that from its configuration when it starts; clickhouse-local, which the embedded engine is, leaves the step out, so that its
 * Replicated tables stay read-only. Only a test may do this: it changes machine code in the memory of the process.
 */
export async function setInterserverAddress(pid: number, library: string, port: number): Promise<void> {
  const known = found.get(library) ?? findPlaces(library);
  found.set(library, known);
  const { address, scheme, credentials } = await known;
  const base = await baseOf(pid, library);
  const load = Buffer.from('488d0500000000', 'hex');
  load.writeInt32LE(address + EMPTY_AT - (credentials + LOAD_AT + LOAD_BYTES), 3);
  const storePort = Buffer.from([0x66, 0xc7, 0x47, 24, port & 0xff, port >> 8]);
  const addressCode = Buffer.alloc(EMPTY_AT + EMPTY_BYTES);
  Buffer.concat([codeFilling('127.0.0.1'), storePort, RETURN]).copy(addressCode);
  const memory = await open(`/proc/${pid}/mem`, 'r+');
  try {
    const { buffer } = await memory.read(Buffer.alloc(ADDRESS.length), 0, ADDRESS.length, base + address);
    if (!buffer.equals(ADDRESS)) throw new Error(`process ${pid} has other code than ${library}`);
    const schemeCode = Buffer.concat([codeFilling('http'), RETURN]);
    await memory.write(schemeCode, 0, schemeCode.length, base + scheme);
    await memory.write(load, 0, load.length, base + credentials + LOAD_AT);
    await memory.write(addressCode, 0, addressCode.length, base + address);
  } finally {
    await memory.close();
  }
}

/** Code that fills the libc++ string that the first argument points to; a short one lies in the string itself. */
function codeFilling(text: string): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write(text);
  bytes.writeUInt8(text.length, 23);
  const store = (at: number): Buffer =>
    Buffer.concat([Buffer.from('48b8', 'hex'), bytes.subarray(at, at + 8), Buffer.from([0x48, 0x89, 0x47, at])]);
  return Buffer.concat([store(0), store(8), store(16)]);
}

async function findPlaces(library: string): Promise<Places> {
  const wanted = { address: ADDRESS, scheme: SCHEME, credentials: CREDENTIALS };
  const places = { address: new Set<number>(), scheme: new Set<number>(), credentials: new Set<number>() };
  const names = ['address', 'scheme', 'credentials'] as const;
  const file = await open(library);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES + 64);
    for (let from = 0, isLast = false; !isLast; from += CHUNK_BYTES) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, from);
      isLast = bytesRead < chunk.length;
      const bytes = chunk.subarray(0, bytesRead);
      for (const name of names) {
        for (let at = bytes.indexOf(wanted[name]); at !== -1; at = bytes.indexOf(wanted[name], at + 1))
          places[name].add(from + at);
      }
    }
  } finally {
    await file.close();
  }
  const onlyOne = (name: keyof Places): number => {
    const [first] = places[name];
    if (first !== undefined && places[name].size === 1) return first;
    throw new Error(
      `the embedded engine has ${places[name].size} places like that of the ${name}: see what became of it`,
    );
  };
  return { address: onlyOne('address'), scheme: onlyOne('scheme'), credentials: onlyOne('credentials') };
}

/** Gives what must be added to an offset in the library's file: where the code is mapped. */
async function baseOf(pid: number, library: string): Promise<number> {
  const lines = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n');
  const code = lines.find((line) => line.endsWith(library) && line.includes(' r-xp '));
  const [, start = '', offset = ''] = /^(\w+)-\w+ r-xp (\w+)/.exec(code ?? '') ?? [];
  if (start === '') throw new Error(`process ${pid} has not loaded ${library}`);
  return Number.parseInt(start, 16) - Number.parseInt(offset, 16);
}
