export { type CedarOptions, cedarPolicy } from './cedar-policy.ts';
export { STEP_SCHEMA } from './schema.ts';
