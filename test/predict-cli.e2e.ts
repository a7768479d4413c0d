import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshInstallation, installation } from './support/installation.js';
import { writeAddingModel } from './support/onnx-models.js';

const modelgate = installation();
const path = (name: string): string => join(modelgate.dir, name);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

let model: string;
let feature: string;

beforeAll(async () => {
  model = writeAddingModel(modelgate.dir, 'adder.onnx', 1);
  await modelgate.run(['models', 'import', model]);
  const shown = JSON.parse(await modelgate.run(['models', 'show', 'adder'])) as {
    signature: { features: { name: string }[] };
  };
  feature = shown.signature.features[0].name;
});

describe('modelgate predict', () => {
  it('predicts a CSV file, names the row that fails, and leaves one record', async () => {
    const file = write('rows.csv', '1,2\n3,x\n5,6.5\n');
    const { code, stdout, stderr } = await modelgate.cli(['predict', file, '--model', 'adder']);
    expect(stdout).toBe(`y_0,y_1,error\r\n2,3,\r\n,,${secondFeature()}: value is not a number\r\n6,7.5,\r\n`);
    expect([code, stderr]).toEqual([1, '3 rows, 1 of them failed\n']);
    const [record, ...others] = (await modelgate.trail()).filter(({ kind }) => kind === 'prediction');
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      action: 'predict.run',
      actor_kind: 'command',
      actor_id: String(process.getuid!()),
      username: userInfo().username,
      model: 'adder',
      version: 1,
      rows: 3,
    });
  });

  it('predicts NDJSON from standard input into a file, with a given version', async () => {
    const output = path('answers.ndjson');
    const args = ['predict', '-', '--model', 'adder:1', '--format', 'ndjson', '--output', output];
    const { code, stdout } = await modelgate.cli(args, {
      input: `[1,2]\n${JSON.stringify({ [feature]: 3, [secondFeature()]: 4 })}\n`,
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(readFileSync(output, 'utf8')).toBe('{"prediction":[2,3]}\n{"prediction":[4,5]}\n');
  });

  it('keeps an older result and leaves no partial one if it is interrupted', async () => {
    const output = path('kept.csv');
    writeFileSync(output, 'an older result\n');
    const args = ['predict', write('cut.csv', '1,2\n3\n'), '--model-file', model, '--on-error', 'stop'];
    const { code } = await modelgate.cli([...args, '--output', output]);
    expect(code).toBe(1);
    expect(readFileSync(output, 'utf8')).toBe('an older result\n');
    expect(readdirSync(modelgate.dir).filter((name) => name.includes('kept'))).toEqual(['kept.csv']);
  });

  it('predicts with a model file, without a data directory', async () => {
    const fresh = freshInstallation();
    const file = write('more.ndjson', '[1,1]\n');
    const stdout = await fresh.run(['predict', file, '--model-file', model]);
    expect(stdout).toBe('{"prediction":[2,2]}\n');
    expect(existsSync(fresh.dataDir)).toBe(false);
  });

  it('stops at the first bad row if requested', async () => {
    const file = write('bad.csv', '1,2\n3\n');
    const args = ['predict', file, '--model-file', model, '--on-error', 'stop'];
    const { code, stderr } = await modelgate.cli(args);
    expect([code, stderr]).toEqual([1, 'modelgate: row 2: the line has 1 cells instead of 2\n']);
  });

  it.each([
    ['a model that is not there', ['--model', 'nobody'], 'unknown model nobody'],
    ['two models', ['--model', 'adder', '--model-file', 'x'], 'use either --model or --model-file, not both'],
    ['an output that the model does not have', ['--model', 'adder', '--outputs', 'z'], 'unknown output "z"'],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await modelgate.cli(['predict', write('one.csv', '1,2\n'), ...args]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('rejects a missing file', async () => {
    const { code, stderr } = await modelgate.cli(['predict', path('none.csv'), '--model', 'adder']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('none.csv')]);
  });
});

/** ONNX names an input's columns after the input: x_0, x_1. */
const secondFeature = (): string => feature.replace('0', '1');
