import { z } from 'zod';

/** What a digest stands for. */
export interface Content {
  readonly kind: string;
  readonly text: string;
}

/** A content value as the API gives it. */
export const contentSchema: z.ZodType<Content | null> = z
  .object({
    kind: z.string().meta({ description: 'Kind of the value, one letter as in attribute_kinds' }),
    text: z.string().meta({ description: 'The value: a string as it is, anything else as JSON' }),
  })
  .nullable()
  .meta({ id: 'Content', description: 'Null when there is none or it was erased' });
