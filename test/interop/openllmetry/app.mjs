import * as traceloop from '@traceloop/node-server-sdk';

traceloop.initialize({ appName: 'support', silenceInitializationMessage: true });

const plan = await traceloop.withWorkflow({ name: 'support' }, () =>
  traceloop.withTask({ name: 'plan' }, async () => 'a plan'),
);
console.log(plan);
await traceloop.forceFlush();
