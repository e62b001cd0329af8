export { type RateLimit, type RateLimitOptions, rateLimitCheck } from './rate-limit-check.ts';
