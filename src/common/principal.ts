export type ActorKind = 'user' | 'service' | 'external' | 'command';

/** The authenticated caller: a user or a service account, with the scopes of the token. */
export interface Principal {
  readonly kind: ActorKind;
  /** Unique among the actors of the kind: a user's or a service account's UUID, `issuer:sub` for an external identity. */
  readonly id: string;
  /** A user's id, a UUID; `service:<client_id>` for a service account. */
  readonly userId: string;
  /** A user's name, or `service:<client_id>` for a service account, which is not a valid user name. */
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  /** The OAuth2 client that the token was issued to, if any. */
  readonly clientId?: string;
  /** The token's `jti`. */
  readonly tokenId: string;
  /** The user's session that the token belongs to. */
  readonly sessionId?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}
