import type { WatchReport } from './watch-report.ts';

/** Formats a report as Prometheus text, version 0.0.4. */
export function formatPrometheus({ lines, counts, budget }: WatchReport): string {
  const ofLines = lines.map((line) => ({
    labels: {
      kind: line.kind,
      type: line.type,
      site: line.site ? `${line.site.file}:${line.site.line}` : 'unknown',
    },
    line,
  }));
  return [
    ...metric('leaklab_live', 'gauge', 'resources that stay open, by the line that made them'),
    ...ofLines.map(({ labels, line }) => sample('leaklab_live', line.count, labels)),
    ...metric('leaklab_growth', 'gauge', 'resources by which a line grows each minute'),
    ...ofLines.map(({ labels, line }) => sample('leaklab_growth', line.growth, labels)),
    ...metric('leaklab_alarm', 'gauge', '1 while a line is alarming'),
    ...ofLines.map(({ labels, line }) => sample('leaklab_alarm', line.alarm ? 1 : 0, labels)),
    ...metric('leaklab_open', 'gauge', 'what is open, by type'),
    ...counts.map(({ type, count }) => sample('leaklab_open', count, { type })),
    ...metric('leaklab_cpu_seconds_total', 'counter', 'CPU time that the watch has used'),
    sample('leaklab_cpu_seconds_total', budget.spent / 1000),
    ...metric('leaklab_withdrawals_total', 'counter', 'times that the watch withdrew to keep its budget'),
    sample('leaklab_withdrawals_total', budget.withdrawals),
    '',
  ].join('\n');
}

function metric(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function sample(name: string, value: number, labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
