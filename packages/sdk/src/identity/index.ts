export { type IdentityOptions, identityCheck } from './identity-check.ts';
