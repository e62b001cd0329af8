import { createHash } from 'node:crypto';
import { logBody, type OtlpRequest, toOtlpJsonText, traceBody } from '../otlp/bodies.ts';
import type { Attributes } from '../otlp/values.ts';

/**
 * Sends the run `shared-run` of two governed steps, one of them blocked, with content, a log record, a conflict and a rejected record;
 * and a run and step named after the tenant. Every text holds `mark`.
 */
export async function sendRecords(
  tenant: string,
  mark: string,
  post: (signal: 'traces' | 'logs', body: string) => Promise<Response>,
): Promise<void> {
  const now = BigInt(Date.now()) * 1_000_000n;
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c' };
  const step = (id: string, more: Attributes): Attributes => ({
    'spanledger.run.id': 'shared-run',
    'spanledger.step.id': id,
    'spanledger.node.id': `${mark}-node`,
    'gen_ai.agent.name': `${mark}-agent`,
    'gen_ai.conversation.id': `${mark}-session`,
    'spanledger.policy.id': `${mark}-policy`,
    'spanledger.identity.subject': `${mark}-user`,
    'custom.note': `${mark} note`,
    ...more,
  });
  const committed = step('shared-step', {
    'spanledger.verdict': 'commit',
    'spanledger.status': 'completed',
    'spanledger.input': `${mark} question`,
    'spanledger.output': `${mark} answer`,
    'gen_ai.request.model': `${mark}-model`,
    'gen_ai.usage.input_tokens': 7n,
    'gen_ai.usage.output_tokens': 5n,
    'spanledger.cost.usd': 0.25,
  });
  const blocked = step('blocked-step', {
    'spanledger.verdict': 'reject',
    'spanledger.status': 'blocked',
    'spanledger.block.check': 'policy',
    'spanledger.block.rule': `${mark}-rule`,
    'spanledger.block.reason': `${mark} reason`,
    'spanledger.checks.name': ['policy'],
    'spanledger.checks.outcome': ['deny'],
    'spanledger.checks.reason': [`${mark} reason`],
    'spanledger.edge.from': ['shared-step'],
  });
  const time = { startTimeUnixNano: now, endTimeUnixNano: now + 5_000_000n };
  const root = {
    ...ids,
    ...time,
    spanId: '00000000000000a1',
    name: `${mark}-flow`,
    attributes: {
      'spanledger.run.id': 'shared-run',
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': `${mark}-flow`,
    },
  };
  const child = (spanId: string, attributes: Attributes) => ({
    ...ids,
    ...time,
    spanId,
    parentSpanId: root.spanId,
    name: `${mark}-span`,
    attributes,
  });
  const first = child('00000000000000a2', committed);
  const second = child('00000000000000a3', blocked);
  const foreign = child('00000000000000a4', { ...committed, 'spanledger.tenant.id': 'somebody-else' });
  // A run that the other tenant has no namesake of.
  const ownAttributes = step(`${tenant}-step`, {
    'spanledger.verdict': 'commit',
    'spanledger.status': 'completed',
    'spanledger.run.id': `${tenant}-run`,
  });
  const own = { ...child('00000000000000a5', ownAttributes), traceId: createHash('md5').update(tenant).digest('hex') };
  const send = async (signal: 'traces' | 'logs', request: OtlpRequest): Promise<void> => {
    const answer = await post(signal, toOtlpJsonText(request));
    if (answer.status !== 200) throw new Error(`${signal} of ${tenant}: ${answer.status} ${await answer.text()}`);
  };
  const guardrail = child('00000000000000a6', {
    'spanledger.run.id': 'shared-run',
    'gen_ai.operation.name': 'run_guardrail',
    'gen_ai.security.guardrail.name': `${mark}-guardrail`,
  });
  const unpriced = child('00000000000000a7', {
    'spanledger.run.id': 'shared-run',
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.model': `${mark}-model`,
    'gen_ai.usage.input_tokens': 3n,
    'gen_ai.usage.output_tokens': 2n,
  });
  const resource = { 'service.name': `${mark}-service` };
  await send('traces', traceBody([root, first, second, foreign, own, guardrail, unpriced], { resource }));
  // Other content under the same name: a conflict.
  await send('traces', traceBody([{ ...second, name: `${mark}-again` }], { resource }));
  const log = {
    ...ids,
    spanId: first.spanId,
    timeUnixNano: now,
    eventName: 'spanledger.step.note',
    body: `${mark} body`,
    attributes: { 'spanledger.run.id': 'shared-run', 'spanledger.event.id': 'shared-event', note: `${mark} event` },
  };
  const evaluation = {
    ...ids,
    spanId: first.spanId,
    timeUnixNano: now,
    eventName: 'gen_ai.evaluation.result',
    attributes: { 'gen_ai.evaluation.name': `${mark}-evaluation`, 'gen_ai.evaluation.score.value': 0.8 },
  };
  await send('logs', logBody([log, evaluation], { resource }));
}
