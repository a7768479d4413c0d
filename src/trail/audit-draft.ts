import type { AuditValues, Content, PropertiesOf } from './audit-columns.js';

type Drafted = Pick<AuditValues, Exclude<PropertiesOf<'fact' | 'content'>, 'contentSalt'>>;
type Optional = { [Name in keyof Drafted]: null extends Drafted[Name] ? Name : never }[keyof Drafted];

/** An audit record before it has its place in the chain. Texts are JSON; secrets are already removed. */
export type AuditEntry = Readonly<Omit<Drafted, Optional> & Partial<Drafted>>;

/** A body as text: bytes in base64, within JSON. */
export const contentText = (content: Content): string | null =>
  Buffer.isBuffer(content) ? JSON.stringify({ binary: content.toString('base64') }) : content;
