import { z } from 'zod';

export const LOGOUT_QUERY = z.strictObject({
  except: z
    .literal('current', 'must be current')
    .optional()
    .describe("`current` keeps the session of this request's token"),
});
