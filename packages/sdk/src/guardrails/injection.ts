import { ConfigurationError } from '../errors.ts';
import type { Guardrail } from './guardrail.ts';
import { type InjectionDetector, injectionDetector } from './injection-detector.ts';

/** When a text is taken for an injection. */
export interface InjectionGuardrailOptions {
  /** Default `injection`. */
  readonly name?: string;
  /** Default one with the rules that come with the SDK. */
  readonly detector?: InjectionDetector;
  /** Score from which the text is noted, 0 to 1. Default 0.4. */
  readonly warnFrom?: number;
  /** Score from which it is blocked, 0 to 1. Default 0.7. */
  readonly blockFrom?: number;
}

/** Looks for attempts to give a model other orders. The rules that fit are in the detail. @throws {ConfigurationError} GUARDRAIL_OPTIONS */
export function injectionGuardrail(options: InjectionGuardrailOptions = {}): Guardrail {
  const { name = 'injection', detector = injectionDetector(), warnFrom = 0.4, blockFrom = 0.7 } = options;
  if (!(warnFrom > 0 && warnFrom <= blockFrom && blockFrom <= 1)) {
    const message = `warnFrom ${warnFrom} and blockFrom ${blockFrom} are not in order between 0 and 1`;
    throw new ConfigurationError('GUARDRAIL_OPTIONS', name, message);
  }
  return {
    name,
    inspect(text) {
      const { score, hits, rules } = detector.detect(text);
      if (score < warnFrom) return undefined;
      const detail = `${score} by rules ${rules}: ${hits.map((hit) => hit.rule).join(', ')}`;
      return { reason: 'injection', action: score >= blockFrom ? 'block' : 'warn', detail };
    },
  };
}
