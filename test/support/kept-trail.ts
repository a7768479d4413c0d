import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditDatabase } from './audit-database.js';
import { bearer } from './bearer.js';
import type { AuditRecord, Installation } from './installation.js';

const TABLES = ['audit_records', 'audit_checkpoints'];
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

/** The trail of a stopped server, which a test may damage and then restore. */
export interface KeptTrail {
  readonly database: AuditDatabase;
  /** The server's chain before any change, in order. */
  readonly chain: AuditRecord[];
  readonly writer: string;
  restore(): Promise<void>;
}

/** Makes a trail of a login and nine predictions. @param checkpoint file that a checkpoint is written to */
export async function keptTrail(modelgate: Installation, checkpoint: string): Promise<KeptTrail> {
  const server = await modelgate.serve();
  const token = await server.login();
  for (let i = 0; i < 9; i++)
    await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
  await server.stop();
  // The journal would restore records that a test deletes from the table.
  for (const name of readdirSync(modelgate.dataDir).filter((file) => file.endsWith('.journal')))
    rmSync(join(modelgate.dataDir, name));
  await modelgate.run(['audit', 'checkpoint', '--output', checkpoint]);
  const chain = (await modelgate.trail()).filter((record) => (record.writer as string).endsWith('/0'));
  const database = await modelgate.openDatabase();
  for (const table of TABLES) await database.run(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  const restore = async (): Promise<void> => {
    for (const table of TABLES) {
      await database.run(`DELETE FROM ${table}`);
      await database.run(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
    }
  };
  return { database, chain, writer: chain[0].writer as string, restore };
}
