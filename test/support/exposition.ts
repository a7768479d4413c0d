const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (NaN|[+-]?Inf|[-+.\de]+)$/i;

/** Metrics in Prometheus' text format 0.0.4. @throws Error for an invalid line */
export class Exposition {
  private readonly types = new Map<string, string>();
  private readonly series = new Map<string, Map<string, number>>();

  constructor(text: string) {
    for (const line of text.split('\n')) this.read(line);
  }

  /** Names of the metrics, all or those of one type. */
  names(type?: string): string[] {
    return [...this.types].filter(([, other]) => type === undefined || other === type).map(([name]) => name);
  }

  typeOf(name: string): string | undefined {
    return this.types.get(name);
  }

  /** The values of a metric's series, by their labels in text form. */
  samples(name: string): Record<string, number> {
    return Object.fromEntries(this.series.get(name) ?? []);
  }

  value(name: string, labels = ''): number | undefined {
    return this.series.get(name)?.get(labels);
  }

  /** A histogram's series: cumulative buckets, ascending, and counts. */
  histograms(name: string): { counts: number[]; count: number }[] {
    const buckets = Object.entries(this.samples(`${name}_bucket`));
    return Object.entries(this.samples(`${name}_count`)).map(([labels, count]) => ({
      count,
      counts: buckets
        .filter(([other]) => other.replace(/le="[^"]*",?|,le="[^"]*"/, '') === labels)
        .map(([, bucket]) => bucket),
    }));
  }

  private read(line: string): void {
    const type = TYPE.exec(line);
    const sample = SAMPLE.exec(line);
    if (type) this.types.set(type[1], type[2]);
    else if (sample) this.add(sample[1], sample[2] ?? '', sample[3]);
    else if (line !== '' && !line.startsWith('# HELP ')) throw new Error(`no line of metrics: ${line}`);
  }

  private add(name: string, labels: string, value: string): void {
    const series = this.series.get(name) ?? new Map<string, number>();
    if (series.has(labels)) throw new Error(`${name}{${labels}} is there twice`);
    this.series.set(name, series.set(labels, Number(value.replace('Inf', 'Infinity'))));
  }
}
