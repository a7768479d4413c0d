import { environmentSchema } from '../../dist/src/config/environment.js';

/** docs/configuration.md: every environment variable, its default and what it does. */
export function configurationPage() {
  const rows = Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const { defaultValue } = unwrapped(schema);
    return `| \`${name}\` | ${defaultValue === undefined ? '–' : `\`${defaultValue}\``} | ${schema.description} |`;
  });
  return [
    '# Configuration',
    '',
    'Generated from `src/config/environment.ts` by `npm run generate`.',
    '',
    'Settings are environment variables. All of them are optional. At start, the program reports all invalid variables at once',
    'and never prints a value. An empty variable counts as not set. The command-line options `--host`, `--port`, `--grpc-port`,',
    '`--workers`, `--strict` and `--data-dir` take precedence over the environment.',
    '',
    '| Variable | Default | Description |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The layer of a zod schema that holds its default. */
function unwrapped(schema) {
  return schema.def.defaultValue === undefined && schema.def.innerType
    ? unwrapped(schema.def.innerType)
    : schema.def;
}
