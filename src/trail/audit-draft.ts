import type { AuditValues, Content, PropertiesOf } from './audit-columns.js';

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

type Drafted = Pick<AuditValues, Exclude<PropertiesOf<'fact' | 'content'>, 'contentSalt'>>;
type Optional = { [Name in keyof Drafted]: null extends Drafted[Name] ? Name : never }[keyof Drafted];

/** An audit record before it has its place in the chain. Texts are JSON; secrets are already removed. */
export type AuditEntry = Readonly<Omit<Drafted, Optional> & Partial<Drafted>>;

/** A body as text: bytes in base64, within JSON. */
export const contentText = (content: Content): string | null =>
  Buffer.isBuffer(content) ? JSON.stringify({ binary: content.toString('base64') }) : content;
