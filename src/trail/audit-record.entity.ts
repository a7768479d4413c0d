import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One line of the audit trail. Written by {@link AuditWriter} only, never changed. */
@Entity('audit_records')
@Index('audit_records_chain', ['writer', 'seq'], { unique: true })
export class AuditRecord {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** Whose chain the record belongs to, and its place in it, from 1. */
  @Column({ type: 'varchar' })
  writer!: string;

  @Column({ type: 'integer' })
  seq!: number;

  /** ISO 8601, UTC, milliseconds: when the request came. */
  @Column({ type: 'varchar' })
  @Index('audit_records_time')
  time!: string;

  /** `prediction`, `request` (any other call) or `administration`. */
  @Column({ type: 'varchar' })
  kind!: string;

  /** For administration: what was done, "user.disable". */
  @Column({ type: 'varchar', nullable: true })
  action!: string | null;

  @Column({ type: 'varchar', name: 'request_id', nullable: true })
  @Index('audit_records_request_id')
  requestId!: string | null;

  @Column({ type: 'varchar', nullable: true })
  @Index('audit_records_username')
  username!: string | null;

  /** The OAuth2 client that asked, and the token's `jti`. */
  @Column({ type: 'varchar', name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column({ type: 'varchar', name: 'token_id', nullable: true })
  tokenId!: string | null;

  @Column({ type: 'varchar', nullable: true })
  address!: string | null;

  @Column({ type: 'varchar', nullable: true })
  method!: string | null;

  @Column({ type: 'varchar', nullable: true })
  route!: string | null;

  /** The protocol that the route speaks, by its name in `src/prediction/protocols/protocols.ts`. */
  @Column({ type: 'varchar', nullable: true })
  protocol!: string | null;

  @Column({ type: 'integer', nullable: true })
  status!: number | null;

  /** The error's code, out of the closed table. */
  @Column({ type: 'varchar', nullable: true })
  error!: string | null;

  @Column({ type: 'double precision', name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  @Column({ type: 'varchar', nullable: true })
  @Index('audit_records_model')
  model!: string | null;

  @Column({ type: 'integer', nullable: true })
  version!: number | null;

  @Column({ type: 'varchar', name: 'model_digest', nullable: true })
  modelDigest!: string | null;

  /** Rows predicted. */
  @Column({ type: 'integer', nullable: true })
  rows!: number | null;

  /** JSON: values outside the training range and the like. */
  @Column({ type: 'text', nullable: true })
  flags!: string | null;

  /** A business id that the caller sent in `x-subject-id`. */
  @Column({ type: 'varchar', nullable: true })
  @Index('audit_records_subject')
  subject!: string | null;

  /** Request body, response body (bytes where they have binary tensors and the database is SQLite), and request headers (JSON) with secrets removed. */
  @Column({ type: 'text', nullable: true })
  request!: string | Buffer | null;

  @Column({ type: 'text', nullable: true })
  response!: string | Buffer | null;

  @Column({ type: 'text', name: 'request_headers', nullable: true })
  requestHeaders!: string | null;

  /** SHA-256 over the salted request, response and headers: what remains provable after an erasure. */
  @Column({ type: 'varchar', name: 'content_salt', nullable: true })
  contentSalt!: string | null;

  @Column({ type: 'varchar', name: 'content_digest' })
  contentDigest!: string;

  /** SHA-256 over the writer's previous hash, this record's other columns and its content digest. */
  @Column({ type: 'varchar' })
  hash!: string;

  /** HMAC of the hash with the installation's key; null in what was written before there were any. */
  @Column({ type: 'varchar', nullable: true })
  mac!: string | null;
}
