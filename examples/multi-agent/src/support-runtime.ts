import { StepRuntime } from '@spanledger/sdk';
import { LOCAL_CARBON, LOCAL_PRICES } from './local-llm-prices.ts';

/** What the desk may do: anything but put something on public pages. */
const POLICY = {
  id: 'support-desk',
  version: '3',
  rules: [
    {
      name: 'no-external-publish',
      action: 'deny',
      description: 'Replies go to the customer, not to the public forum.',
      conditions: [{ field: 'node.action', operator: 'eq', value: 'publish' }],
    },
  ],
} as const;

/** Makes the runtime that governs the desk's steps: what is allowed, what it may cost, which tools there are, what is tried again. */
export function supportRuntime(): StepRuntime {
  return new StepRuntime({
    tenant: 'default',
    policy: POLICY,
    budget: { limits: [{ per: 'run', usd: 0.05 }], withoutEstimate: 'nothing' },
    tools: { allow: { lookup_order: {} } },
    risk: {},
    // The customer's words reach the whole desk: that is noted, and stops nothing by itself.
    taint: { warnOnly: ['customer_text'] },
    execution: {
      retry: { attempts: 2, delayMs: 10, isRetryable: (error) => 'status' in error && error.status === 429 },
    },
    sla: {},
    usage: { prices: LOCAL_PRICES, carbon: LOCAL_CARBON },
    // The ticket is made up; leave this out for real customers.
    captureContent: true,
  });
}
