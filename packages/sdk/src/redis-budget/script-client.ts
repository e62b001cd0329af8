import { createHash } from 'node:crypto';

/** What a script gives back: numbers, and numbers as text where they may be large. */
export type ScriptAnswer = readonly (number | string)[];

/** Runs a script in Redis. */
export type RunScript = (script: string, keys: readonly string[], values: readonly string[]) => Promise<ScriptAnswer>;

/** A client of `ioredis`. */
interface IoClient {
  evalsha(sha: string, keys: number, ...further: readonly string[]): Promise<unknown>;
  eval(script: string, keys: number, ...further: readonly string[]): Promise<unknown>;
}

/** A client of `redis`. */
interface NodeClient {
  evalSha(sha: string, options: object): Promise<unknown>;
  eval(script: string, options: object): Promise<unknown>;
}

/** Runs scripts by their digest, and sends one whole only where Redis does not know it yet. */
export function scriptRunner(client: object, isRedisPackage: boolean): RunScript {
  const digests = new Map<string, string>();
  const io = client as IoClient;
  const node = client as NodeClient;
  return async (script, keys, values) => {
    const sha = digests.get(script) ?? createHash('sha1').update(script).digest('hex');
    digests.set(script, sha);
    const options = { keys, arguments: values };
    try {
      const asked = isRedisPackage ? node.evalSha(sha, options) : io.evalsha(sha, keys.length, ...keys, ...values);
      return (await asked) as ScriptAnswer;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      const asked = isRedisPackage ? node.eval(script, options) : io.eval(script, keys.length, ...keys, ...values);
      return (await asked) as ScriptAnswer;
    }
  };
}
