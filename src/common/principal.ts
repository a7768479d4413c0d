/** Who asks: a user, through a token that carries some of the user's scopes. */
export interface Principal {
  readonly userId: string;
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  /** The OAuth2 client the token was issued to, where one was named. */
  readonly clientId?: string;
  /** The token's `jti`. */
  readonly tokenId: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
}
