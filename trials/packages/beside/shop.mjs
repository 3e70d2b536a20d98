// a shop that calls itself and prints its spans, each with those above it
import { trace } from '@opentelemetry/api';
import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';

const tracer = trace.getTracer('shop');

async function answer(request, response) {
  await tracer.startActiveSpan(`stock of ${request.url}`, async (span) => {
    await lookup('localhost');
    await new Promise((resolve) => setTimeout(resolve, 2));
    await readFile(new URL(import.meta.url));
    span.end();
  });
  response.end('ok');
}

async function order(port) {
  const [response] = await once(get({ port, path: '/by-get', agent: false }), 'response');
  response.resume();
  await once(response, 'end');
  const read = async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
  await read('by-fetch');
  const part = (name) =>
    tracer.startActiveSpan(name, async (span) => {
      await read(name);
      span.end();
    });
  await Promise.all(['part-1', 'part-2'].map(part));
}

function printSpans(spans) {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const path = (span) => (span ? [...path(byId.get(span.parentSpanContext?.spanId)), nameOf(span)] : []);
  const nameOf = ({ name, instrumentationScope: { name: by }, attributes }) =>
    `${name} ${attributes['url.path'] ?? attributes['http.target'] ?? ''} by ${by}`;
  const paths = spans.map((span) => path(span).join(' > '));
  console.log(paths.toSorted().join('\n'));
}

export async function run() {
  const server = createServer(answer).listen(0);
  await once(server, 'listening');
  await tracer.startActiveSpan('order', async (span) => {
    await order(server.address().port);
    span.end();
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  const { exporter, sdk } = globalThis.telemetry;
  printSpans(exporter.getFinishedSpans());
  await sdk.shutdown();
}
if (import.meta.main ?? process.argv[1] === import.meta.filename) await run();
