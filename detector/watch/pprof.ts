import { gzipSync } from 'node:zlib';
import type { Site } from '../finding.ts';
import { Message } from './protobuf.ts';
import type { WatchedLine, WatchReport } from './watch-report.ts';

/** The fields of the messages in profile.proto of pprof. */
const field = {
  profile: {
    sampleType: 1,
    sample: 2,
    mapping: 3,
    location: 4,
    function: 5,
    stringTable: 6,
    timeNanos: 9,
    durationNanos: 10,
    periodType: 11,
    period: 12,
  },
  valueType: { type: 1, unit: 2 },
  sample: { locationId: 1, value: 2, label: 3 },
  label: { key: 1, str: 2 },
  mapping: { id: 1, filename: 5, hasFunctions: 7, hasFilenames: 8, hasLineNumbers: 9 },
  location: { id: 1, mappingId: 2, line: 4 },
  line: { functionId: 1, line: 2, column: 3 },
  function: { id: 1, name: 2, systemName: 3, filename: 4 },
} as const;

const nanosPerMs = 1_000_000;

/** Formats a report as a pprof profile: gzip'd, a sample for each line with the number of its open resources. */
export function formatPprof(report: WatchReport): Buffer {
  return gzipSync(new Profile(report).encoded());
}

/** A profile under construction: strings, functions and locations are numbered as they are met. */
class Profile {
  readonly #report: WatchReport;
  readonly #strings = new Map<string, number>([['', 0]]);
  readonly #functions = new Map<string, Message>();
  readonly #locations = new Map<string, Message>();

  constructor(report: WatchReport) {
    this.#report = report;
  }

  encoded(): Buffer {
    const { at, instance, lines } = this.#report;
    const samples = lines.map((line) => this.#sample(line));
    const type = this.#valueType('live', 'count');
    const mapping = new Message()
      .int(field.mapping.id, 1)
      .int(field.mapping.filename, this.#text(`node ${instance.node}`))
      .int(field.mapping.hasFunctions, 1)
      .int(field.mapping.hasFilenames, 1)
      .int(field.mapping.hasLineNumbers, 1);
    const profile = new Message().message(field.profile.sampleType, type);
    for (const sample of samples) profile.message(field.profile.sample, sample);
    profile.message(field.profile.mapping, mapping);
    for (const location of this.#locations.values()) profile.message(field.profile.location, location);
    for (const each of this.#functions.values()) profile.message(field.profile.function, each);
    for (const text of this.#strings.keys()) profile.text(field.profile.stringTable, text);
    const time = Date.parse(at);
    return profile
      .int(field.profile.timeNanos, time * nanosPerMs)
      .int(field.profile.durationNanos, Math.max(time - Date.parse(instance.since), 0) * nanosPerMs)
      .message(field.profile.periodType, type)
      .int(field.profile.period, 1)
      .toBuffer();
  }

  #sample({ kind, type, count, stack, site }: WatchedLine): Message {
    // a flame graph of lines begins at the program's: what Node calls below it is left out
    const first = site ? stack.findIndex(({ file, line }) => file === site.file && line === site.line) : 0;
    const own = site && first < 0 ? [site] : stack.slice(Math.max(first, 0));
    const frames =
      own.length > 0 ? own : [{ file: '', line: 0, column: 0, function: `unknown line (${type})` }];
    return new Message()
      .ints(
        field.sample.locationId,
        frames.map((frame) => this.#location(frame)),
      )
      .ints(field.sample.value, [count])
      .message(field.sample.label, this.#label('kind', kind))
      .message(field.sample.label, this.#label('type', type));
  }

  #label(key: string, value: string): Message {
    return new Message().int(field.label.key, this.#text(key)).int(field.label.str, this.#text(value));
  }

  #valueType(type: string, unit: string): Message {
    return new Message()
      .int(field.valueType.type, this.#text(type))
      .int(field.valueType.unit, this.#text(unit));
  }

  #location(site: Site): number {
    return numberOf(this.#locations, `${this.#function(site)}\n${site.line}\n${site.column}`, (id) => {
      const line = new Message()
        .int(field.line.functionId, this.#function(site))
        .int(field.line.line, site.line)
        .int(field.line.column, site.column);
      return new Message()
        .int(field.location.id, id)
        .int(field.location.mappingId, 1)
        .message(field.location.line, line);
    });
  }

  #function({ file, function: name }: Site): number {
    return numberOf(this.#functions, `${file}\n${name}`, (id) =>
      new Message()
        .int(field.function.id, id)
        .int(field.function.name, this.#text(name))
        .int(field.function.systemName, this.#text(name))
        .int(field.function.filename, this.#text(file)),
    );
  }

  #text(text: string): number {
    const known = this.#strings.get(text) ?? this.#strings.size;
    this.#strings.set(text, known);
    return known;
  }
}

/** Returns the number of an entry, from 1; makes the entry if it is new. */
function numberOf(entries: Map<string, Message>, key: string, make: (id: number) => Message): number {
  const known = [...entries.keys()].indexOf(key) + 1;
  if (known > 0) return known;
  const id = entries.size + 1;
  entries.set(key, make(id));
  return id;
}
