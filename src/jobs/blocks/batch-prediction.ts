import type { LoadedModel } from '../../inference/model.js';
import { withoutRows } from '../../inference/rows.js';
import { type CsvColumns, csvColumns, type HeaderSetting } from '../../prediction/input/csv.js';
import { InputFileError } from '../../prediction/input/input-file-error.js';
import { predictRows } from './predict-rows.js';
import { type FileFormat, recordBlocks } from './records.js';
import { type ResultEncoder, resultEncoder } from './results.js';
import { rowsOfCsv, rowsOfJson } from './rows.js';

export interface BatchOptions {
  readonly format: FileFormat;
  /** Whether a CSV file has a header; default: detected. */
  readonly header?: HeaderSetting;
  /** Names of the requested outputs; default: the model's default outputs. */
  readonly outputs?: readonly string[];
}

/** The results of one block. */
export interface BlockResult {
  readonly text: string;
  readonly rows: number;
  readonly rowsFailed: number;
  /** The first failed row of the block: its position in the block, from 0, and the reason. */
  readonly firstFault?: { readonly row: number; readonly fault: string };
  /** Bytes of the block's input. */
  readonly bytes: number;
}

/** Predicts the rows of a file of any size, block by block, in constant memory. */
export class BatchPrediction {
  private readonly encoder: ResultEncoder;
  private readonly outputs: readonly string[];

  /** @throws InputFileError if the file's format cannot represent the model's rows, or an output has none */
  constructor(
    private readonly model: LoadedModel,
    private readonly options: BatchOptions,
  ) {
    if (options.format === 'csv' && !model.signature.features)
      throw new InputFileError('this model has no tabular features, so CSV is not supported; send NDJSON');
    this.outputs = options.outputs ?? model.signature.defaultOutputs;
    const fault = withoutRows(model.signature, this.outputs);
    if (fault !== undefined) throw new InputFileError(fault);
    this.encoder = resultEncoder(options.format, model.signature, this.outputs);
  }

  /** The header of the result file. */
  get header(): string {
    return this.encoder.header;
  }

  /**
   * @param chunks the file's bytes from its start, or from the end of any block
   * @param columns of the file, if its start is not in the chunks
   * @throws InputFileError if the rest of the file cannot be read
   */
  async *run(chunks: AsyncIterable<Buffer>, columns?: CsvColumns): AsyncGenerator<BlockResult> {
    const { format, header } = this.options;
    let isStart = columns === undefined;
    for await (const block of recordBlocks(chunks, format)) {
      let records = block.records;
      if (isStart && records.length > 0) {
        isStart = false;
        records = [records[0]?.replace(/^\uFEFF/, ''), ...records.slice(1)];
        if (format === 'csv') {
          columns = csvColumns(records[0], this.model.signature, header);
          if (columns.hasHeader) records = records.slice(1);
        }
      }
      yield { ...(await this.predict(records, columns)), bytes: block.bytes };
    }
  }

  private async predict(
    records: readonly (string | undefined)[],
    columns: CsvColumns | undefined,
  ): Promise<Omit<BlockResult, 'bytes'>> {
    const { features } = this.model.signature;
    const rows = columns && features ? rowsOfCsv(records, columns, features) : rowsOfJson(records);
    let text = '';
    let done = 0;
    let rowsFailed = 0;
    let firstFault: BlockResult['firstFault'];
    for (const outcome of await predictRows(this.model, rows, this.outputs)) {
      text += this.encoder.encode(outcome);
      if ('fault' in outcome) {
        firstFault ??= { row: done, fault: outcome.fault };
        rowsFailed += 1;
      }
      done += outcome.rows;
    }
    return { text, rows: rows.length, rowsFailed, firstFault };
  }
}
