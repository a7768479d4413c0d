/** Users and service accounts are in the database, external identities at the provider, command line users in the OS. */
export const ACTOR_KINDS = ['user', 'service', 'external', 'command'] as const;

export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Who calls or acts, the same for rights, limits, quotas, jobs and records. Kind and id identify; the name is for people. */
export interface Actor {
  readonly kind: ActorKind;
  /**
   * Unique among the actors of the kind: the UUID of a user or a service account, `issuer#sub` for an external identity,
   * the numeric user id for a command.
   */
  readonly id: string;
  /** A user's name, a service account's client id, the provider's or the operating system's name for the others. */
  readonly name: string;
}

/** An actor as a request's record names it, with the token that the request used or got. */
export interface RecordedActor extends Actor {
  /** The OAuth2 client that the token was issued to, if any. */
  readonly clientId?: string;
  /** The token's `jti`. */
  readonly tokenId?: string;
}

/** An actor whom a verified token admits, with the scopes of the token. */
export interface Caller extends RecordedActor {
  readonly tokenId: string;
  readonly fullName: string;
  readonly email: string;
  /** The user's session that the token belongs to. */
  readonly sessionId?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}

/** Kind and id as one text: a key for counts. */
export const actorKey = ({ kind, id }: Pick<Actor, 'kind' | 'id'>): string => `${kind}:${id}`;

/** The form in which a name is unique. Ignores case and Unicode compatibility forms. */
export const nameKey = (name: string): string =>
  // Names contain no U+0000, and PostgreSQL rejects it even in a query's parameters.
  name.normalize('NFKC').toLowerCase().replaceAll('\0', '\ufffd');
