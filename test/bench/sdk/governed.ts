import type { TracerProvider } from '@opentelemetry/api';
import {
  guardrailStack,
  injectionGuardrail,
  lengthGuardrail,
  type NodeInput,
  type RuntimeOptions,
  type RuntimeOutcome,
  type StepNode,
  StepRuntime,
  sensitiveScanner,
} from '@spanledger/sdk';
import { identityCheck } from '@spanledger/sdk/identity';
import { rateLimitCheck } from '@spanledger/sdk/rate-limit';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const PHRASE = 'Please look up where the order of last Tuesday is, and tell the customer when it will arrive. ';
/** 200 bytes, as of a short question and a short answer: one flat string, as texts come. */
export const TEXT = Buffer.from(PHRASE.repeat(3)).toString('utf8', 0, 200);

/** The node of all steps: it gives back 200 bytes and says what it used. */
export const NODE: StepNode = {
  id: 'answer',
  kind: 'agent',
  agent: 'answer',
  action: 'answer the question',
  slaTargetMs: 1000,
  estimate: { costUsd: 0.001, tokens: 100 },
  run: () => ({
    content: TEXT,
    model: 'gpt-4o-mini',
    provider: 'openai',
    inputTokens: 50,
    outputTokens: 50,
    costUsd: 0.0001,
    confidence: 0.97,
  }),
};

const condition = (field: string, operator: 'eq' | 'gte' | 'contains', value: string | number) => ({
  field,
  operator,
  value,
});

const POLICY = {
  id: 'support-desk',
  version: '3',
  rules: [
    { name: 'no-publish', action: 'deny' as const, conditions: [condition('node.id', 'eq', 'publisher')] },
    {
      name: 'no-secrets',
      action: 'deny' as const,
      conditions: [condition('sensitive.kinds', 'contains', 'API_KEY_GENERIC')],
    },
    { name: 'no-big-risk', action: 'escalate' as const, conditions: [condition('risk.tier', 'gte', 4)] },
    {
      name: 'no-tainted-writes',
      action: 'deny' as const,
      conditions: [condition('taint.labels', 'contains', 'web'), condition('risk.tier', 'gte', 3)],
    },
    { name: 'agents', action: 'allow' as const, conditions: [condition('node.kind', 'eq', 'agent')] },
  ],
};

/** What each check is configured with. */
export async function checkOptions(): Promise<{
  options: Record<string, Partial<RuntimeOptions>>;
  credential: string;
}> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }] };
  const credential = await new SignJWT({ tenant: 'acme' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setSubject('agent:answer')
    .setIssuer('bench')
    .setAudience('bench')
    .setExpirationTime('10h')
    .sign(privateKey);
  const options: Record<string, Partial<RuntimeOptions>> = {
    identity: { identity: identityCheck({ keys, issuer: 'bench', audience: 'bench' }) },
    tenant: { tenant: 'acme' },
    rate_limit: { rateLimit: rateLimitCheck({ limits: [{ by: 'agent', steps: 1_000_000_000, seconds: 3600 }] }) },
    budget: {
      budget: {
        limits: [
          { per: 'run', usd: 1000 },
          { per: 'day', by: 'agent', usd: 1_000_000, tokens: 1e12 },
        ],
      },
    },
    policy: { policy: POLICY },
    compliance: { compliance: ['research'] },
    input_guardrail: {
      inputGuardrails: guardrailStack({ guardrails: [lengthGuardrail({ max: 10_000 }), injectionGuardrail()] }),
    },
    sensitive_data: { sensitiveData: { scanner: sensitiveScanner() } },
    risk: { risk: { approvalTier: 4 } },
    taint: { taint: {} },
    tool_permission: { tools: { allow: { 'lookup_*': {} } } },
    execution: { execution: { breaker: {} } },
    output_guardrail: { outputGuardrails: guardrailStack({ guardrails: [lengthGuardrail({ max: 10_000 })] }) },
    sla: { sla: { targetMs: 1000 } },
  };
  return { options, credential };
}

const NO_RULES = { id: 'none', version: '1', rules: [] };

/** A function that runs one step; ten steps each make a run. */
export function stepper(
  options: Partial<RuntimeOptions>,
  providers: { tracerProvider: unknown; loggerProvider: unknown },
  credential: string,
): () => Promise<RuntimeOutcome> {
  const runtime = new StepRuntime({
    policy: NO_RULES,
    ...options,
    tracerProvider: providers.tracerProvider as TracerProvider,
    loggerProvider: providers.loggerProvider as NonNullable<RuntimeOptions['loggerProvider']>,
  });
  let steps = 0;
  return () => {
    const input: NodeInput = { task: TEXT, node: NODE, runId: `run-${Math.floor(steps / 10)}`, credential };
    steps += 1;
    return runtime.run(input);
  };
}

/** Makes sure that what is measured is a step that its checks let through. @throws {Error} saying what blocked it */
export async function completes(call: () => Promise<RuntimeOutcome>, checks: string): Promise<void> {
  const { ok, status, blockedBy } = await call();
  if (!ok)
    throw new Error(
      `the step with the checks \`${checks}\` is ${status} by ${blockedBy}; it would be no governed step`,
    );
}
