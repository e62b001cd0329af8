import type { SensitiveScanner } from '../contract/text-inspector.ts';
import { categoryOf, SENSITIVE_KINDS, type SensitiveKind } from '../sensitive/kinds.ts';
import { sensitiveScanner } from '../sensitive/scanner.ts';
import type { Guardrail, GuardrailAction } from './guardrail.ts';

/** How sensitive text is taken. */
export interface SensitiveGuardrailOptions {
  /** Default `secret` or `pii`. */
  readonly name?: string;
  /** Default `block`. `modify` masks. */
  readonly action?: GuardrailAction;
  /** Default one for the kinds in question, with its own defaults. */
  readonly scanner?: SensitiveScanner;
}

/** Looks for keys, tokens, passwords and other credentials. */
export function secretGuardrail(options: SensitiveGuardrailOptions = {}): Guardrail {
  return sensitiveGuardrail('secret', (kind) => categoryOf(kind) === 'credential', options);
}

/** Looks for what tells a person: personal and health data. */
export function piiGuardrail(options: SensitiveGuardrailOptions = {}): Guardrail {
  return sensitiveGuardrail('pii', (kind) => categoryOf(kind) !== 'credential', options);
}

function sensitiveGuardrail(
  standard: string,
  takes: (kind: SensitiveKind) => boolean,
  { name = standard, action = 'block', scanner }: SensitiveGuardrailOptions,
): Guardrail {
  const asked = scanner ?? sensitiveScanner({ kinds: SENSITIVE_KINDS.filter(takes) });
  return {
    name,
    action,
    inspect(text) {
      const matches = asked.scan(text);
      if (matches.length === 0) return undefined;
      const kinds = [...new Set(matches.map((match) => match.kind))].join(', ');
      return { reason: `${standard}_found`, text: asked.mask(text, matches), detail: kinds };
    },
  };
}
