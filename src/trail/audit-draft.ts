import type { AuditValues, Content, PropertiesOf } from './audit-columns.js';

type Drafted = Pick<AuditValues, Exclude<PropertiesOf<'fact' | 'content'>, 'contentSalt'>>;
type Optional = { [Name in keyof Drafted]: null extends Drafted[Name] ? Name : never }[keyof Drafted];

/** An audit record without its position in the chain. Texts are JSON, and secrets are removed. */
export type AuditEntry = Readonly<Omit<Drafted, Optional> & Partial<Drafted>>;

/** A body as text, with bytes as base64 in JSON. */
export const contentText = (content: Content): string | null =>
  Buffer.isBuffer(content) ? JSON.stringify({ binary: content.toString('base64') }) : content;
