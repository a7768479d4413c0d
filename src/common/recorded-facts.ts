/** What handlers tell the audit trail of a request, as they learn it. */

/** What a protocol tells the audit trail of a prediction: the model asked for, and the rest once it has answered. */
export interface PredictionFacts {
  readonly model: string;
  readonly version?: number;
  readonly digest?: string;
  readonly rows?: number;
  /** What a reader of the trail should know: values outside the training range. */
  readonly flags?: unknown;
  /**
   * What is stored instead of the request body if features of the model are redacted. null: store neither request nor
   * response, because the values to redact could not be identified.
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
