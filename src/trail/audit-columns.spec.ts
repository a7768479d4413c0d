import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_COLUMN_NAMES, AUDIT_COLUMNS, AUDIT_PROPERTIES } from './audit-columns.js';

describe('the columns of the audit trail', () => {
  it('are in the order of a row: place, facts, content, proof', () => {
    const parts = AUDIT_PROPERTIES.map((property) => AUDIT_COLUMNS[property].part);
    expect(parts.filter((part, at) => part !== parts[at - 1])).toEqual(['place', 'fact', 'content', 'proof']);
    expect(AUDIT_PROPERTIES.slice(parts.indexOf('content'))).toEqual([
      'contentSalt',
      'request',
      'response',
      'requestHeaders',
      'contentDigest',
      'mac',
      'hash',
    ]);
  });

  it('are all explained in docs/audit.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');
    const table = page.slice(page.indexOf('| Column |'), page.indexOf('\n\n', page.indexOf('| Column |')));
    expect(AUDIT_COLUMN_NAMES.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});
