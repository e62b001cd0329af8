export type { SupportCrewOptions, SupportCrewResult } from './app.ts';
export { runSupportCrew } from './app.ts';
export type { LlmRequest, LocalLlm, LocalLlmOptions } from './local-llm.ts';
export { FAULT_HEADER, startLocalLlm } from './local-llm.ts';
export type { TokenUsage } from './local-llm-usage.ts';
export type { Delivery, Telemetry } from './telemetry.ts';
export { SERVICE_NAME, startTelemetry } from './telemetry.ts';
