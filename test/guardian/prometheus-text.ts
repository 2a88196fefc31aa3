/**
 * A strict reader of Prometheus' text format 0.0.4, by its specification: what it refuses a scraper would refuse or
 * misread. Sorted out besides: what `promtool check metrics` complains of in names.
 */
export interface ReadSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ReadSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const VALUE = '[+-]?(?:\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|Inf)|NaN';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (${VALUE})$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/;

/** @throws Error naming the line */
export function readPrometheus(text: string): Map<string, ReadFamily> {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, { type: string; help: string; samples: ReadSample[] }>();
  const seen = new Set<string>();
  let current: string | null = null;
  let help: [string, string] | null = null;
  for (const line of text.split('\n').slice(0, -1)) {
    const refuse = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, helped, words] = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line) ?? [];
    if (helped !== undefined && words !== undefined) {
      help = [helped, words];
      continue;
    }
    const [, typed, type] = new RegExp(`^# TYPE (${NAME}) (gauge|counter)$`).exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      if (help?.[0] !== typed) refuse('TYPE without its HELP before it');
      if (families.has(typed)) refuse('a family comes twice');
      if ((type === 'counter') !== typed.endsWith('_total')) refuse('counters, and they alone, end in _total');
      families.set(typed, { type, help: help?.[1] ?? '', samples: [] });
      current = typed;
      continue;
    }
    const [, name = '', labelText = '', value = ''] = SAMPLE.exec(line) ?? refuse('neither sample nor comment');
    if (name !== current) refuse('a sample outside its family');
    const labels = readLabels(labelText);
    const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(key)) refuse('a sample comes twice');
    seen.add(key);
    families.get(name)?.samples.push({ labels, value: Number(value.replace('Inf', 'Infinity')) });
  }
  for (const [name, { samples }] of families) if (samples.length === 0) throw new Error(`${name} has no samples`);
  return families;
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [all, name = '', value = ''] = LABEL.exec(rest) ?? [];
    if (all === undefined || Object.hasOwn(labels, name)) throw new Error(`no labels: ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_pair, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(all.length);
  }
  return labels;
}
