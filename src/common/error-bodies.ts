import { z } from 'zod';

export const FAULT = z
  .object({
    loc: z
      .array(z.union([z.string(), z.int()]))
      .describe('Where the fault is: body, query or path, then names and positions')
      .meta({ examples: [['body', 'username']] }),
    msg: z
      .string()
      .describe('What is wrong')
      .meta({ examples: ['field required'] }),
    type: z
      .string()
      .describe('A stable kind of fault')
      .meta({ examples: ['value_error.missing'] }),
  })
  .meta({ id: 'Fault' });

/** `detail` in FastAPI's form: text, or a list of faults. */
export const faultsOrText = z.union([z.string(), z.array(FAULT)]);

export const PROBLEM = z
  .object({
    type: z.string().describe('`urn:modelgate:error:` and the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; see docs/errors.md'),
    request_id: z.string().describe('As in `x-request-id`'),
    faults: z.array(FAULT).optional(),
  })
  .describe('An error in the form of RFC 9457')
  .meta({ id: 'Problem' });
