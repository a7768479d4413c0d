/** What handlers report to the audit trail about a request. */

/** What a protocol reports about a prediction: the requested model, and the rest after it has answered. */
export interface PredictionFacts {
  readonly model: string;
  readonly version?: number;
  readonly digest?: string;
  readonly rows?: number;
  /** Remarks for readers of the trail, for example values outside the training range. */
  readonly flags?: unknown;
  /**
   * What is stored instead of the request body if features of the model are redacted. null: store neither request nor
   * response, because the values to redact could not be identified.
   */
  readonly recordedRequest?: string | null;
}

/** The model that an act of administration is about, and the version, once known. */
export interface AdministeredModel {
  readonly name: string;
  readonly version?: number;
  readonly digest?: string;
}

/** What a route of administration reports. */
export interface AdministrationFacts {
  /** The action: "user.disable". A handler may change it, for example after detecting a stolen token. */
  action: string;
  /**
   * The user or object that was changed, for example a user or model name. It becomes the record's `subject`.
   */
  target?: string;
  /** It becomes the record's `model`, `version` and `model_digest`. */
  model?: AdministeredModel;
  /** The name given in a failed login: of a user or a service account that exists, but did not prove to be the caller. */
  claimedName?: string;
}
