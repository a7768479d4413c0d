import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { AuditCheckpoints } from '../audit/audit-checkpoints.service.js';
import { AuditErasure } from '../audit/audit-erasure.service.js';
import { FILTER } from '../audit/audit-filter.schema.js';
import { ERASURE_REQUEST, erasureOf } from '../audit/audit.schema.js';
import { AuditPruning } from '../audit/audit-pruning.service.js';
import { AuditQuery } from '../audit/audit-query.service.js';
import { AuditVerifier, type ChainReport } from '../audit/audit-verifier.js';
import { parseCheckpoints } from '../audit/checkpoint-file.js';
import { ACTOR_KINDS } from '../common/actor.js';
import { StartError } from '../common/errors.js';
import { recordView } from '../trail/audit-export.js';
import { lockDataDir } from '../database/data-dir-lock.js';
import { AuditKeys, replaceLostKey } from '../trail/audit-keys.js';
import { validated } from '../common/validated.js';
import { CommandTrail } from '../trail/command-trail.js';
import { filterOf, type FilterOptions, withFilters } from './audit-filters.js';
import { withTrail } from './with-trail.js';
import { configOf, withContext, withDataDir } from './context.js';

interface Options {
  dataDir?: string;
}

interface ErasureFlags {
  subject?: string;
  user?: string;
  actorKind?: string;
  actorId?: string;
  before?: string;
}

/** Attempts without an erased record before the command gives up. */
const ERASE_ATTEMPTS = 2;

interface VerifyFlags {
  checkpoint?: string[];
  fromCheckpoint?: boolean;
  installation?: string[];
  prunedBefore?: string;
}

export function auditCommands(): Command {
  const audit = new Command('audit').description('Query, verify and manage the audit trail.');
  for (const command of [
    queryCommand(),
    verifyCommand(),
    checkpointCommand(),
    publicKeyCommand(),
    newKeyCommand(),
    pruneCommand(),
    eraseCommand(),
  ])
    audit.addCommand(command);
  return audit;
}

function queryCommand(): Command {
  return withFilters(withDataDir(new Command('query')))
    .description('Print the newest matching records, as one line of JSON each.')
    .option('--limit <number>', 'maximum number of records', '100')
    .action((options: Options & FilterOptions & { limit: string }) =>
      withTrail(options, async (context) => {
        if (!/^[1-9]\d{0,8}$/.test(options.limit)) throw new StartError('--limit must be a whole number');
        let left = Number(options.limit);
        for await (const records of context.get(AuditQuery).pages(filterOf(options), 'desc')) {
          const shown = records.slice(0, left);
          for (const record of shown) process.stdout.write(`${JSON.stringify(recordView(record))}\n`);
          if ((left -= shown.length) === 0) break;
        }
      }),
    );
}

function verifyCommand(): Command {
  return withDataDir(new Command('verify'))
    .description('Verify all chains and report the first record that was changed, removed or inserted.')
    .option('--checkpoint <file...>', 'compare the chains with checkpoints that were kept elsewhere')
    .option('--from-checkpoint', 'start at the newest checkpoint instead of the beginning')
    .option(
      '--installation <id...>',
      'accept chains of other servers on this database, whose authentication codes cannot be checked here',
    )
    .option('--pruned-before <time>', 'accept that records before a date or a time were pruned')
    .action((options: Options & VerifyFlags) =>
      withTrail(options, async (context) => {
        const { checkpoint = [], fromCheckpoint, installation: installations } = options;
        const checkpoints = checkpoint.flatMap((path) => parseCheckpoints(readFileSync(path, 'utf8'), path));
        const prunedBefore = options.prunedBefore === undefined ? undefined : timeOf(options.prunedBefore);
        const verifying = { checkpoints, fromCheckpoint, installations, prunedBefore };
        for await (const report of context.get(AuditVerifier).verify(verifying)) {
          process.stdout.write(`${lineOf(report)}\n`);
          if (report.fault) process.exitCode = 1;
        }
      }),
    );
}

function lineOf({
  writer,
  fault,
  records,
  after,
  firstTime,
  lastTime,
  head,
  ...report
}: ChainReport): string {
  if (fault) {
    const place = fault.id === undefined ? `seq ${fault.seq}` : `record ${fault.id}, seq ${fault.seq}`;
    return `${writer}: BROKEN at ${place}: ${fault.reason}`;
  }
  const facts = [
    `${records} records`,
    ...(after > 0 ? [`behind ${after}`] : []),
    ...(head ? [`${firstTime} to ${lastTime}`, `head ${head.seq} ${head.hash}`] : []),
    ...(report.erased > 0 ? [`${report.erased} with erased content`] : []),
    ...(report.authenticated ? [] : ['of another installation: authentication codes not checked']),
  ];
  return `${writer}: ok, ${facts.join(', ')}`;
}

function checkpointCommand(): Command {
  return withDataDir(new Command('checkpoint'))
    .description(
      'Sign the current head of each chain. Kept elsewhere, a checkpoint proves later what was recorded.',
    )
    .option('--output <path>', 'write to a file instead of standard output')
    .action((options: Options & { output?: string }) =>
      withTrail(options, async (context) => {
        await context.get(CommandTrail).record('audit.checkpoint');
        const checkpoints = await context.get(AuditCheckpoints).make();
        const text = `${JSON.stringify({ public_key: context.get(AuditKeys).publicKey(), checkpoints }, null, 2)}\n`;
        if (options.output === undefined) process.stdout.write(text);
        else writeFileSync(options.output, text);
      }),
    );
}

function publicKeyCommand(): Command {
  return withDataDir(new Command('public-key'))
    .description('Print the public key that verifies checkpoints.')
    .action((options: Options) =>
      withContext(options, (context) => {
        process.stdout.write(context.get(AuditKeys).publicKey());
        return Promise.resolve();
      }),
    );
}

/** A date or a time as ISO 8601. @throws ApiError */
const timeOf = (text: string): string => validated(FILTER, { to: text }, 'query').filter.to!;

function newKeyCommand(): Command {
  return withDataDir(new Command('new-key'))
    .description(
      'Continue with a new key if audit.key is lost. Older records can no longer be authenticated.',
    )
    .action(async (options: Options) => {
      const { dataDir } = configOf(options);
      // A running server would continue with the lost key.
      await lockDataDir(dataDir);
      replaceLostKey(dataDir);
      await withTrail(options, async (context) => {
        await context.get(AuditCheckpoints).beginAfterHeads();
        await context.get(CommandTrail).record('audit.new-key');
      });
      process.stdout.write('created audit.key; the chains are verified from here on\n');
    });
}

function pruneCommand(): Command {
  return withDataDir(new Command('prune'))
    .description('Remove the oldest records of each chain. A signed checkpoint keeps the rest verifiable.')
    .requiredOption('--before <time>', 'a date or a time (UTC unless a zone is given)')
    .action((options: Options & { before: string }) =>
      withTrail(options, async (context) => {
        const before = timeOf(options.before);
        const removed = await context.get(AuditPruning).prune(before);
        await context.get(CommandTrail).record('audit.prune', { request: { before, removed } });
        process.stdout.write(`removed ${removed} records from before ${before}\n`);
      }),
    );
}

function eraseCommand(): Command {
  return withDataDir(new Command('erase'))
    .description("Erase one person's inputs and outputs. The records, their digests and the chain remain.")
    .option('--subject <id>', 'business id that was sent in x-subject-id')
    .option('--user <name>', 'name of the caller, in any case')
    .addOption(new Option('--actor-kind <kind>', "the caller's kind (default: user)").choices(ACTOR_KINDS))
    .option('--actor-id <id>', "the caller's id")
    .option('--before <time>', 'only records before a date or a time')
    .action(({ dataDir, actorKind, actorId, ...options }: Options & ErasureFlags) =>
      withTrail({ dataDir }, async (context) => {
        const request = validated(ERASURE_REQUEST, {
          ...options,
          ...(actorKind && { actor_kind: actorKind }),
          ...(actorId && { actor_id: actorId }),
        });
        let erased = 0;
        let jobs = 0;
        let isComplete = false;
        for (let attempt = 0; attempt < ERASE_ATTEMPTS && !isComplete; attempt++) {
          const done = await context.get(AuditErasure).erase(erasureOf(request));
          erased += done.erased;
          jobs += done.jobs;
          isComplete = done.complete;
          // Only attempts that erase nothing count.
          if (done.erased > 0) attempt = 0;
        }
        const target = request.subject ?? request.user ?? request.actor_id;
        await context
          .get(CommandTrail)
          .record('audit.erase', { target, request: { ...request, erased, jobs } });
        process.stdout.write(`erased the content of ${erased} records, deleted ${jobs} batch jobs\n`);
        if (!isComplete)
          throw new StartError(
            'something is left, because a batch job is not finished or a reader keeps an older state open; run the command again later',
          );
      }),
    );
}
