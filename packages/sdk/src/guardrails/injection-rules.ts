/** What an injection tries. */
export type InjectionCategory =
  | 'override'
  | 'persona'
  | 'prompt_leak'
  | 'exfiltration'
  | 'chat_markup'
  | 'concealment'
  | 'tool_abuse';

/** One pattern of an injection. */
export interface InjectionRule {
  /** Name in the record. */
  readonly id: string;
  readonly category: InjectionCategory;
  /** How sure it is alone, 0 to 1. */
  readonly weight: number;
  /** Words in lower case, one of which begins the pattern; it is only looked at where one stands. */
  readonly starts: readonly string[];
  /** What follows from that word on. Every repeat is bounded; text of all scripts is read as it looks. */
  readonly pattern: string;
}

/** Rises with every change of the rules below; it stands in reports. */
export const INJECTION_RULES_VERSION = '2026.11.1';

const GAP = "(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,12}){0,5}?[^a-z0-9]{1,4}";
const RULE_WORDS =
  '(?:instructions?|directions?|directives?|rules?|prompts?|guidelines?|guardrails?|restrictions?|constraints?|programming|polic(?:y|ies)|safety|context|training)';
const EARLIER =
  '(?:previous|prior|above|earlier|preceding|foregoing|existing|initial|original|system|safety|all|any|your|these|those|every)';

/** The rules. Ideas and corpora: OWASP LLM01:2025, the public lists of garak (Apache-2.0) and deepset's prompt-injections set. */
export const INJECTION_RULES: readonly InjectionRule[] = [
  {
    id: 'ignore_instructions',
    category: 'override',
    weight: 0.8,
    starts: [
      'ignore',
      'ignoring',
      'disregard',
      'forget',
      'override',
      'bypass',
      'overlook',
      'neglect',
      'violate',
      'discard',
      'skip',
    ],
    pattern: `(?=[^.!?\\n]{0,60}\\b${EARLIER}\\b)${GAP}${RULE_WORDS}\\b`,
  },
  {
    id: 'forget_everything',
    category: 'override',
    weight: 0.7,
    starts: ['ignore', 'forget', 'disregard'],
    pattern:
      '[^a-z0-9]{1,4}(?:about[^a-z0-9]{1,4})?(?:everything|all|anything|whatever)[^a-z0-9]{1,4}(?:(?:that|which)[^a-z0-9]{1,4})?(?:you|i|we|above|before|said|was|has|were|previously)\\b',
  },
  {
    id: 'no_longer_bound',
    category: 'override',
    weight: 0.75,
    starts: ['you'],
    pattern:
      "(?:[^a-z0-9]{1,3}are|'re|[^a-z0-9]{1,3}re)?[^a-z0-9]{1,4}(?:no longer|not|free from|freed from|now free|now unrestricted)[^a-z0-9]{0,4}(?:(?:bound|restricted|limited|constrained|governed|subject)[^a-z0-9]{1,4}(?:by|to)|(?:(?:from|of)[^a-z0-9]{1,4})?(?:all|any|your)[^a-z0-9]{1,4}(?:rules|restrictions|guidelines|limits|filters))",
  },
  {
    id: 'new_instructions',
    category: 'override',
    weight: 0.6,
    starts: ['new', 'updated', 'real', 'actual', 'revised'],
    pattern: '[^a-z0-9]{1,3}(?:system[^a-z0-9]{1,3})?(?:instructions?|prompt|directives?|task|rules)[^a-z0-9]{0,3}:',
  },
  {
    id: 'instead_do',
    category: 'override',
    weight: 0.45,
    starts: ['stop', 'instead'],
    pattern:
      '(?:[^a-z0-9]{1,3}(?:what|following|obeying|doing)){1,2}[^a-z0-9]{1,3}(?:you|your|the)[^\\n]{0,40}\\b(?:and|instead|instructions?|rules?)\\b',
  },
  {
    id: 'ignore_other_languages',
    category: 'override',
    weight: 0.8,
    starts: [
      'ignoriere',
      'ignorieren',
      'vergiss',
      'vergesse',
      'missachte',
      'ignorez',
      'ignore',
      'oublie',
      'oubliez',
      'ignora',
      'olvida',
      'ignorar',
      'esqueca',
      'dimentica',
      'ignoreer',
      'negeer',
      'zignoruj',
    ],
    pattern:
      "(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,14}){0,4}?[^a-z0-9]{1,4}(?:anweisung(?:en)?|vorgaben|regeln|instrucciones|instrucoes|istruzioni|consignes|regles|reglas|indicaciones|instructies|instrukcje|instructions[^a-z0-9]{1,4}(?:precedentes|anterieures|ci))\\b",
  },
  {
    id: 'jailbreak_persona',
    category: 'persona',
    weight: 0.8,
    starts: ['dan', 'stan', 'dude', 'aim', 'jailbreak', 'god', 'sudo', 'unrestricted', 'opposite', 'evil', 'chaos'],
    pattern: '(?:[^a-z0-9]{1,3}mode\\b|[^a-z0-9]{1,3}\\(?do anything now)',
  },
  {
    id: 'developer_mode',
    category: 'persona',
    weight: 0.35,
    starts: ['developer', 'debug', 'maintenance'],
    pattern: '[^a-z0-9]{1,3}mode\\b',
  },
  {
    id: 'do_anything_now',
    category: 'persona',
    weight: 0.7,
    starts: ['do'],
    pattern: '[^a-z0-9]{1,3}anything[^a-z0-9]{1,3}now\\b',
  },
  {
    id: 'jailbroken',
    category: 'persona',
    weight: 0.65,
    starts: ['jailbroken', 'jailbreaking', 'unfiltered', 'uncensored', 'amoral'],
    pattern:
      '[^a-z0-9]{0,3}(?:[a-z]{1,12}[^a-z0-9]{1,3}){0,2}?(?:ai|assistant|model|chatbot|llm|version of (?:you|yourself)|answers?|responses?|mode)\\b',
  },
  {
    id: 'without_limits',
    category: 'persona',
    weight: 0.6,
    starts: ['without', 'no', 'ignoring'],
    pattern:
      '[^a-z0-9]{1,3}(?:any[^a-z0-9]{1,3})?(?:(?:ethical|moral|safety|content|legal)[^a-z0-9]{1,3}(?:and[^a-z0-9]{1,3})?){1,2}(?:guidelines|restrictions|filters?|constraints|limits|limitations|boundaries|rules|policies)\\b',
  },
  {
    id: 'act_as',
    category: 'persona',
    weight: 0.2,
    starts: ['act', 'pretend', 'roleplay', 'behave', 'imagine', 'simulate'],
    pattern: '(?:[^a-z0-9]{1,3}(?:as|to|that|like|being|you|are|be|were|if)){1,4}\\b',
  },
  {
    id: 'you_are_now',
    category: 'persona',
    weight: 0.3,
    starts: ['you'],
    pattern:
      "(?:'re|[^a-z0-9]{1,3}(?:are|will be|re))[^a-z0-9]{1,3}(?:now|henceforth|from now on)[^a-z0-9]{1,3}(?!able|ready|connected|logged|subscribed|in\\b|on\\b|at\\b|done)[a-z]",
  },
  {
    id: 'reveal_prompt',
    category: 'prompt_leak',
    weight: 0.75,
    starts: [
      'reveal',
      'repeat',
      'print',
      'show',
      'output',
      'display',
      'leak',
      'expose',
      'disclose',
      'recite',
      'dump',
      'tell',
      'give',
      'share',
      'write',
      'paste',
      'echo',
      'quote',
      'return',
      'translate',
      'summarize',
    ],
    pattern:
      "(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,12}){0,4}?[^a-z0-9]{1,4}(?:your|the|its|system|initial|hidden|original|developer|secret)[^a-z0-9]{1,4}(?:(?:system|initial|hidden|original|secret|full|exact|internal|developer|entire|complete|first|very)[^a-z0-9]{1,4}){0,3}(?:system[^a-z0-9]{1,3}(?:prompt|message|instructions?)|prompt\\b|(?:initial|hidden|original|secret|internal|confidential)[^a-z0-9]{1,3}(?:instructions?|rules|directives))",
  },
  {
    id: 'reveal_instructions',
    category: 'prompt_leak',
    weight: 0.5,
    starts: ['reveal', 'repeat', 'print', 'leak', 'expose', 'disclose', 'recite', 'dump', 'output'],
    pattern:
      "(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,12}){0,3}?[^a-z0-9]{1,4}(?:your|above|everything)[^a-z0-9]{1,4}(?:[a-z]{1,12}[^a-z0-9]{1,4}){0,2}?(?:instructions?|rules|guidelines|directives|configuration|above|verbatim)\\b",
  },
  {
    id: 'ask_for_prompt',
    category: 'prompt_leak',
    weight: 0.5,
    starts: ['what'],
    pattern:
      "(?:'s|s|[^a-z0-9]{1,3}(?:is|are|was|were))[^a-z0-9]{1,3}your[^a-z0-9]{1,3}(?:(?:system|initial|hidden|original|secret|exact)[^a-z0-9]{1,3}){1,2}(?:prompt|instructions?|message|rules)",
  },
  {
    id: 'send_secrets',
    category: 'exfiltration',
    weight: 0.7,
    starts: [
      'send',
      'post',
      'upload',
      'email',
      'forward',
      'exfiltrate',
      'transmit',
      'leak',
      'append',
      'encode',
      'include',
    ],
    pattern:
      "(?=[^\\n]{0,160}(?:https?://|@|webhook|attacker|server|url|endpoint|\\bto me\\b))(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,12}){0,6}?[^a-z0-9]{1,4}(?:passwords?|api[^a-z0-9]?keys?|credentials?|secrets?|tokens?|private[^a-z0-9]keys?|environment[^a-z0-9]variables?|ssh[^a-z0-9]keys?|chat[^a-z0-9]history|conversation)\\b",
  },
  {
    id: 'image_beacon',
    category: 'exfiltration',
    weight: 0.6,
    starts: ['http', 'https'],
    pattern:
      '://[^\\s)"\']{3,80}[?&](?:q|d|data|secret|token|leak|exfil|history|prompt|payload|c)=(?:\\{|\\[|<|%7b|\\$)',
  },
  {
    id: 'chat_tokens',
    category: 'chat_markup',
    weight: 0.75,
    starts: ['<|', '[inst', '[/inst', '<<sys', '</s>'],
    pattern:
      '(?:im_start|im_end|system|assistant|user|endoftext|end_of_turn|start_header_id|end_header_id|eot_id|>>|\\]|$)?',
  },
  {
    id: 'fake_role',
    category: 'chat_markup',
    weight: 0.5,
    starts: ['system', 'assistant', 'developer'],
    pattern: '[^a-z0-9\\n]{0,2}(?:prompt|message|override|instructions?|note|notice|alert|update)[^a-z0-9\\n]{0,3}:',
  },
  {
    id: 'role_tag',
    category: 'chat_markup',
    weight: 0.5,
    starts: ['<system', '</system', '<instructions', '###'],
    pattern: '(?:>|[^a-z0-9]{1,2}(?:system|instructions?|end of|new)\\b)',
  },
  {
    id: 'do_not_tell',
    category: 'concealment',
    weight: 0.55,
    starts: ['do', 'dont', "don't", 'never', 'without'],
    pattern:
      '(?:[^a-z0-9]{1,3}not|[^a-z0-9]{1,3}t)?[^a-z0-9]{1,3}(?:tell|telling|inform|informing|notify|notifying|alert|alerting|mention|mentioning|reveal|revealing)(?:[^a-z0-9]{1,3}(?:this|it|that))?(?:[^a-z0-9]{1,3}to)?[^a-z0-9]{1,3}(?:the[^a-z0-9]{1,3})?(?:user|human|operator|anyone|anybody|customer)\\b',
  },
  {
    id: 'ai_reader',
    category: 'concealment',
    weight: 0.5,
    starts: ['if', 'attention', 'note', 'important', 'dear'],
    pattern:
      "(?:[^a-z0-9]{1,3}(?:to|you|are|an?|for|message|the|all|any|you're)){1,5}[^a-z0-9]{1,3}(?:ai|llm|language model|assistant|chatbot|ai agents?|agents?)\\b(?=[^\\n]{0,120}\\b(?:must|should|please|ignore|instead|do not|respond|output|say|recommend|rate|always|approve)\\b)",
  },
  {
    id: 'run_this',
    category: 'tool_abuse',
    weight: 0.6,
    starts: ['execute', 'run', 'call', 'invoke', 'use'],
    pattern:
      "(?:[^a-z0-9.!?\\n]{1,4}[a-z']{1,12}){0,4}?[^a-z0-9]{1,4}(?:rm[^a-z0-9]{1,3}rf|curl[^\\n]{1,80}\\|[^a-z0-9]{0,3}(?:ba)?sh|drop[^a-z0-9]{1,3}table|delete_all|(?:delete|drop|wipe|purge)[^a-z0-9]{1,3}(?:all|every|the entire)\\b)",
  },
];
