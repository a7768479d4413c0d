import { constants } from 'node:fs';
import { access, cp, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { DataSource } from 'typeorm';
import { sqliteFile } from '../../ormconfig.js';
import { StartError } from '../common/errors.js';
import { lockDataDir } from '../database/data-dir-lock.js';
import { prepareDataDir } from '../database/data-dir.js';
import { CommandTrail } from '../trail/command-trail.js';
import { configOf, withDataDir } from './options.js';
import { withTrail } from './with-trail.js';

/** The database is copied by a snapshot; its journals are in that. The rest is of running processes only. */
const LEFT_OUT = /^(modelgate\.db.*|.*\.journal|.*\.lock(-journal)?|changes\.log|uploads)$/;
/** Files of jobs of the last days; large, and of no use without the process that runs them. */
const JOBS = 'jobs';
const MODELS = 'models';

interface Options {
  dataDir?: string;
  jobs?: boolean;
}

export function backupCommand(): Command {
  return withDataDir(new Command('backup'))
    .description(
      'Copy the data directory to a new folder, also while a server runs: database, models, keys. With PostgreSQL, back up the database with pg_dump.',
    )
    .argument('<folder>', 'folder to create')
    .option('--jobs', 'include the files of batch jobs')
    .action(async (folder: string, options: Options) => {
      const target = resolve(folder);
      await refuseExisting(target);
      // Records that were acknowledged before this line are in the table when it begins.
      await withTrail(options, async (context) => {
        const config = configOf(options);
        const draft = await mkdtemp(`${target}.`);
        try {
          if (!config.databaseUrl) await snapshot(context.get(DataSource), sqliteFile({ dataDir: draft }));
          await copyFiles(
            config.dataDir,
            draft,
            options.jobs ? LEFT_OUT : new RegExp(`${LEFT_OUT.source}|^${JOBS}$`),
          );
          await syncTree(draft);
          await rename(draft, target);
        } catch (error) {
          await rm(draft, { recursive: true, force: true });
          throw error;
        }
        await context.get(CommandTrail).record('backup.create', { target: basename(target) });
        process.stdout.write(
          `wrote ${target}${config.databaseUrl ? ' without the database; run pg_dump' : ''}\n`,
        );
      });
    });
}

export function restoreCommand(): Command {
  return withDataDir(new Command('restore'))
    .description('Copy a folder written by "backup" to an empty data directory.')
    .argument('<folder>')
    .action(async (folder: string, options: Options) => {
      const { dataDir } = configOf(options);
      await access(join(folder, 'installation-id'), constants.R_OK).catch(() => {
        throw new StartError(`${folder} is not a backup; it has no file installation-id`);
      });
      prepareDataDir(dataDir);
      if ((await readdir(dataDir)).length > 0)
        throw new StartError(
          `the data directory ${dataDir} is not empty; choose another one with --data-dir`,
        );
      await lockDataDir(dataDir);
      await cp(folder, dataDir, { recursive: true, preserveTimestamps: true });
      process.stdout.write(`restored ${dataDir}; check it with "modelgate audit verify"\n`);
    });
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new StartError(`${path} exists; choose a new folder`);
}

/** One consistent state of the database, beside running writers. */
async function snapshot(dataSource: DataSource, path: string): Promise<void> {
  await dataSource.query('VACUUM INTO ?', [path]);
}

/** Copies what the database refers to, after the database: packages are written before their rows. */
async function copyFiles(from: string, to: string, leftOut: RegExp): Promise<void> {
  for (const name of await readdir(from)) {
    if (leftOut.test(name)) continue;
    if (name === MODELS) await copyModels(join(from, name), join(to, name));
    else await cp(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true });
  }
}

/** A version that is removed while it is copied is left out; so are drafts, whose names begin with a dot. */
async function copyModels(from: string, to: string): Promise<void> {
  for (const model of await readdir(from))
    for (const version of await readdir(join(from, model)).catch(() => [])) {
      const target = join(to, model, version);
      if (version.startsWith('.')) continue;
      await cp(join(from, model, version), target, { recursive: true, preserveTimestamps: true }).catch(
        async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
          await rm(target, { recursive: true, force: true });
        },
      );
    }
}

/** Syncs all files of a folder to disk. */
async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) {
      const file = await open(path, 'r');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    }
  }
}
