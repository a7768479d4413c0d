import { type KeyObject, sign, verify } from 'node:crypto';

/** States that a writer's chain had this record at this time. */
export interface Checkpoint {
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601: time of the checkpoint. */
  readonly time: string;
  /** True if the chain begins after this record, because the records up to it were pruned, or their key was lost. */
  readonly pruned: boolean;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 (RFC 8032) in base64url. */
  readonly signature: string;
}

export const signCheckpoint = (key: KeyObject, checkpoint: Checkpoint): SignedCheckpoint => ({
  ...checkpoint,
  signature: sign(null, signedText(checkpoint), key).toString('base64url'),
});

/** @param key the signer's public key, or the key pair */
export const isSignedBy = (key: KeyObject, checkpoint: SignedCheckpoint): boolean =>
  verify(null, signedText(checkpoint), key, Buffer.from(checkpoint.signature, 'base64url'));

const signedText = ({ writer, seq, hash, time, pruned }: Checkpoint): Buffer =>
  Buffer.from(`modelgate audit checkpoint\n${JSON.stringify([writer, seq, hash, time, pruned])}`);
