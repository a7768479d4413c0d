import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { Provider } from 'oidc-provider';

export const API = 'https://modelgate.example';
export const OTHER_API = 'https://other.example';

interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/**
 * A real OpenID provider on loopback, whose client `nightly` gets JWT access tokens with client credentials. The client
 * can always reach it; `publishes` controls whether verifiers can fetch its documents.
 */
export class TestIdentityProvider {
  publishes = true;
  /** Number of requests for its keys. */
  keyRequests = 0;
  private handle!: RequestListener;
  private signingKey!: SigningKey;

  private constructor(private readonly server: HttpServer) {}

  static async started(): Promise<TestIdentityProvider> {
    const server = createServer((request, response) => {
      const isPublished = request.url === '/jwks' || request.url!.startsWith('/.well-known/');
      if (request.url === '/jwks') provider.keyRequests += 1;
      // A request without a response is the worst case of an unreachable server.
      if (provider.publishes || !isPublished) provider.handle(request, response);
    });
    const provider = new TestIdentityProvider(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    provider.rotateKeys();
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get kid(): string {
    return this.signingKey.kid;
  }

  /** Tokens that an attacker can forge from the published key. */
  get publicPem(): string {
    return createPublicKey(this.signingKey.key).export({ type: 'spki', format: 'pem' }).toString();
  }

  /** Signs with a new key from now on and withdraws the previous one. @returns a signer with the withdrawn key */
  rotateKeys(): (claims: object) => Promise<string> {
    const former = this.signingKey;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.signingKey = { kid: randomUUID(), key: privateKey };
    this.handle = this.provider().callback();
    return (claims) => this.sign(claims, former);
  }

  /** An access token from the provider's token endpoint. */
  async token(clientId: string, scope: string, resource = API): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: `${clientId}-secret`,
        scope,
        resource,
      }),
    });
    const answer = (await response.json()) as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  /** A token with any claims, by default signed with the provider's key. */
  sign(claims: object, { kid, key }: SigningKey = this.signingKey, header: object = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.issuer, aud: API, sub: 'someone', iat: now, exp: now + 600, ...claims };
    return new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(key);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private provider(): Provider {
    const client = (clientId: string) => ({
      client_id: clientId,
      client_secret: `${clientId}-secret`,
      token_endpoint_auth_method: 'client_secret_post' as const,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    });
    const { kid, key } = this.signingKey;
    return new Provider(this.issuer, {
      clients: [client('nightly')],
      jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['of-no-use-here'] },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            scope: 'score read-models unheard-of',
            audience: resource,
            accessTokenFormat: 'jwt' as const,
            accessTokenTTL: 600,
            jwt: { sign: { alg: 'RS256' as const } },
          }),
        },
      },
    });
  }
}
