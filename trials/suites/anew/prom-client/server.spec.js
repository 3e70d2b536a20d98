const { once } = require('node:events');
const { createServer } = require('node:http');
const { Counter, Pushgateway, Registry } = require('prom-client');

async function listening(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

async function closed(server) {
  server.close();
  await once(server, 'close');
}

describe('over HTTP', () => {
  let registry;

  beforeEach(() => {
    registry = new Registry();
    new Counter({ name: 'visits', help: 'visits', registers: [registry] }).inc(4);
  });

  it('is scraped', async () => {
    const { server, url } = await listening(async (_request, response) => {
      response.setHeader('content-type', registry.contentType);
      response.end(await registry.metrics());
    });
    const response = await fetch(`${url}/metrics`);
    expect(await response.text()).toContain('visits 4');
    server.closeAllConnections();
    await closed(server);
  });

  it('pushes to a gateway', async () => {
    const pushed = [];
    const { server, url } = await listening((request, response) => {
      request.setEncoding('utf8').on('data', (text) => pushed.push(text));
      request.on('end', () => response.end());
    });
    await new Pushgateway(url, {}, registry).pushAdd({ jobName: 'nightly' });
    expect(pushed.join('')).toContain('visits 4');
    await closed(server);
  });

  it('says that the gateway is away', async () => {
    const { server, url } = await listening(() => {});
    await closed(server);
    await expect(new Pushgateway(url, {}, registry).push({ jobName: 'nightly' })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
