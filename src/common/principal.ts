export type ActorKind = 'user' | 'service' | 'external' | 'command';

/** Who asks: a user or a service account, through a token that carries some of the owner's scopes. */
export interface Principal {
  readonly kind: ActorKind;
  /** Unique among the actors of the kind: a user's or a service account's UUID, `issuer:sub` for an external identity. */
  readonly id: string;
  /** A user's id, a UUID; `service:<client_id>` for a service account. */
  readonly userId: string;
  /** A user's name; `service:<client_id>` for a service account, which no user can be named. */
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  /** The OAuth2 client the token was issued to, where one was named. */
  readonly clientId?: string;
  /** The token's `jti`. */
  readonly tokenId: string;
  /** The user's session that the token belongs to. */
  readonly sessionId?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}
