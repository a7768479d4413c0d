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
    'Generated from `src/config/config.ts` by `npm run generate`.',
    '',
    'Settings come from the environment; nothing has to be set. All faults are named at once when the program starts, and',
    'no value is ever printed. A variable set to the empty string counts as not set. The flags `--host`, `--port`,',
    '`--grpc-port` and `--data-dir` of the command line win over the environment.',
    '',
    '| Variable | Default | What it does |',
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
