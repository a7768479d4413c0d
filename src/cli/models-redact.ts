import { Command } from 'commander';
import { CommandTrail } from '../trail/command-trail.js';
import { RedactionRules } from '../models/redaction-rules.js';
import { withContext, withDataDir } from './context.js';

interface Options {
  dataDir?: string;
  hash: string[];
  drop: string[];
}

export function redactCommand(): Command {
  return withDataDir(new Command('redact'))
    .description(
      "Set the features of a model's inputs that must not appear in the audit trail; without options, none.",
    )
    .argument('<name>')
    .option('--hash <feature...>', 'record a keyed hash of the value, so that equal values can be found', [])
    .option('--drop <feature...>', 'record nothing', [])
    .action((name: string, { hash, drop, ...options }: Options) =>
      withContext(options, async (context) => {
        const features = await context.get(RedactionRules).set(name, { hash, drop });
        await context
          .get(CommandTrail)
          .record('model.redact', { target: name, model: { name }, request: features });
        const told = [
          ...hash.map((feature) => `${feature} hashed`),
          ...drop.map((feature) => `${feature} dropped`),
        ];
        process.stdout.write(`${name}: ${told.join(', ') || 'nothing is redacted'}\n`);
      }),
    );
}
