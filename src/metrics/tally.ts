import { type Aggregator, Counter, type Metric, type Registry } from 'prom-client';

/** A number that only increases. */
export interface Count {
  value: number;
}

export interface Description<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

type Labels<Label extends string> = Record<Label, string>;

/**
 * A counter on plain numbers, which prom-client reads when it is scraped. prom-client's own counter hashes
 * the labels at every call.
 */
export class CounterFamily<Label extends string = never> {
  private readonly series: SeriesMap<Count, Label>;

  constructor(registry: Registry, { name, help, labelNames }: Description<Label>) {
    const series = (this.series = new SeriesMap(labelNames, () => ({ value: 0 })));
    new Counter<Label>({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, { value }] of series.all()) this.inc(labels, value);
      },
    });
  }

  /**
   * The count for these label values, in the order of their names. Callers that count often should keep it.
   */
  of(...labels: string[]): Count {
    return this.series.of(labels);
  }
}

/** The observations of one histogram series. */
export class Buckets {
  readonly counts: Float64Array;
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let i = 0;
    for (const bound of this.bounds) {
      if (value <= bound) break;
      i += 1;
    }
    this.counts[i] = (this.counts[i] ?? 0) + 1;
    this.sum += value;
  }
}

/** A histogram on plain numbers, for the same reason as {@link CounterFamily}. */
export class HistogramFamily<Label extends string = never> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  readonly aggregator: Aggregator = 'sum';
  private readonly series: SeriesMap<Buckets, Label>;

  /** @param bounds ascending upper bounds of the buckets, without +Inf */
  constructor(
    registry: Registry,
    { name, help, labelNames }: Description<Label>,
    private readonly bounds: readonly number[],
  ) {
    this.name = name;
    this.help = help;
    this.series = new SeriesMap(labelNames, () => new Buckets(bounds));
    // A registry uses only what this class implements, and so does prom-client's aggregation of several
    // processes.
    registry.registerMetric(this as unknown as Metric);
  }

  /**
   * The buckets for these label values, in the order of their names. Callers that observe often should keep
   * them.
   */
  of(...labels: string[]): Buckets {
    return this.series.of(labels);
  }

  /** prom-client's format of a scraped histogram: cumulative buckets, sum and count. */
  get() {
    const { name, help, type, aggregator } = this;
    return Promise.resolve({ name, help, type, aggregator, values: this.values() });
  }

  private values() {
    const { name } = this;
    return [...this.series.all()].flatMap(([labels, { counts, sum }]) => {
      let total = 0;
      const buckets = Array.from(counts, (count, i) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: this.bounds[i] ?? '+Inf' },
        value: (total += count),
      }));
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: total },
      ];
    });
  }
}

/** The series of one metric, by label values. A metric without labels has its series from the start. */
class SeriesMap<Series, Label extends string> {
  private readonly byKey = new Map<string, readonly [Labels<Label>, Series]>();

  constructor(
    private readonly names: readonly Label[],
    private readonly make: () => Series,
  ) {
    if (names.length === 0) this.of([]);
  }

  of(labels: readonly string[]): Series {
    const key = labels.join('\n');
    let entry = this.byKey.get(key);
    if (!entry) {
      const named = Object.fromEntries(this.names.map((name, i) => [name, labels[i]])) as Labels<Label>;
      this.byKey.set(key, (entry = [named, this.make()]));
    }
    return entry[1];
  }

  all(): Iterable<readonly [Labels<Label>, Series]> {
    return this.byKey.values();
  }
}
