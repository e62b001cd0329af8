/**
 * `node --import @spanledger/node/register app.js`: telemetry for an app that knows nothing of it, set up by environment variables
 * (`SPANLEDGER_*`, `OTEL_*`) before the app's first module is loaded.
 */
import { register } from './register.ts';

await register().ready;
