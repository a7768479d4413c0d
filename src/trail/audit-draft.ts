import type { ErrorCode } from '../common/errors.js';

/** What a protocol tells the audit trail of a prediction: the model asked for, and the rest once it has answered. */
export interface PredictionFacts {
  readonly model: string;
  readonly version?: number;
  readonly digest?: string;
  readonly rows?: number;
  /** What a reader of the trail should know: values outside the training range. */
  readonly flags?: unknown;
  /**
   * What is recorded of the inputs instead of the body, for a model of which some features are redacted; null: neither
   * these nor the answer, for nobody knows which of the values are to be redacted.
   */
  readonly recordedRequest?: string | null;
}

/** What a route of administration tells the audit trail. */
export interface AdministrationFacts {
  /** What was done: "user.disable". A handler may find that it was something else: a token's theft. */
  action: string;
  /** Whom or what it was done to: a user's name, a model's; becomes the record's `subject`. */
  target?: string;
  /** The name that somebody claimed who is not known yet: at a login that failed. */
  claimedUsername?: string;
}

/** An audit record before it has its place in the chain. Texts are JSON; secrets are already removed. */
export interface AuditEntry {
  readonly time: string;
  readonly kind: 'prediction' | 'request' | 'administration';
  readonly action?: string | null;
  readonly requestId?: string | null;
  readonly username?: string | null;
  readonly clientId?: string | null;
  readonly tokenId?: string | null;
  readonly address?: string | null;
  readonly method?: string | null;
  readonly route?: string | null;
  /** The name of the protocol that the route speaks. */
  readonly protocol?: string | null;
  readonly status?: number | null;
  readonly error?: ErrorCode | null;
  readonly durationMs?: number | null;
  readonly model?: string | null;
  readonly version?: number | null;
  readonly modelDigest?: string | null;
  readonly rows?: number | null;
  readonly flags?: string | null;
  readonly subject?: string | null;
  /** Bodies: JSON text, or the bytes of one with binary tensors. */
  readonly request?: string | Buffer | null;
  readonly response?: string | Buffer | null;
  readonly requestHeaders?: string | null;
}

/** A body as text: bytes in base64, within JSON. */
export const contentText = (content: string | Buffer | null): string | null =>
  Buffer.isBuffer(content) ? JSON.stringify({ binary: content.toString('base64') }) : content;
