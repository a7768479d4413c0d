import passport from 'passport';

type Verdict = (error: Error | null, found: unknown, refusals: unknown) => void;
type Middleware = (request: object, response: object, next: (error: unknown) => void) => void;

const authenticate = passport.authenticate.bind(passport) as unknown as (
  strategies: readonly string[],
  options: object,
  verdict: Verdict,
) => Middleware;

export interface Authenticated<T> {
  /** The result of the first strategy that accepted the request; undefined if all refused. */
  readonly found?: T;
  /** Why each strategy refused. */
  readonly refusals: readonly unknown[];
}

/**
 * Asks Passport's strategies in turn.
 * @param request the parts of a request that the strategies read
 * @throws what the strategy's `validate` throws
 */
export const authenticateWith = <T>(
  strategies: readonly string[],
  request: object,
): Promise<Authenticated<T>> =>
  new Promise((resolve, reject) => {
    const verdict: Verdict = (error, found, refusals) => {
      if (error) reject(error);
      else resolve({ found: (found || undefined) as T | undefined, refusals: [refusals].flat() });
    };
    authenticate(strategies, { session: false }, verdict)(request, {}, reject);
  });
