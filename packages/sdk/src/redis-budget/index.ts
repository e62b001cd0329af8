export { type RedisBudgetOptions, redisBudgetStore } from './redis-budget-store.ts';
