const { Counter, Gauge, Histogram, Registry, Summary, collectDefaultMetrics } = require('prom-client');

describe('registries', () => {
  let registry;

  beforeEach(() => {
    registry = new Registry();
  });

  afterEach(() => {
    registry.clear();
  });

  it('prints what a counter has counted', async () => {
    const orders = new Counter({ name: 'orders', help: 'orders taken', registers: [registry] });
    orders.inc();
    orders.inc(2);
    expect(await registry.metrics()).toContain('orders 3');
  });

  it('calls collect before it prints', async () => {
    const queue = new Gauge({
      name: 'queue_length',
      help: 'jobs that wait',
      registers: [registry],
      collect: () => queue.set(7),
    });
    expect(await registry.metrics()).toContain('queue_length 7');
  });

  it('puts values into buckets', async () => {
    const sizes = new Histogram({ name: 'sizes', help: 'sizes', buckets: [1, 10], registers: [registry] });
    sizes.observe(5);
    expect(await registry.metrics()).toContain('sizes_bucket{le="10"} 1');
  });

  it('times a function', async () => {
    const times = new Summary({ name: 'times', help: 'times', registers: [registry] });
    const end = times.startTimer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(end()).toBeGreaterThan(0);
  });

  it('collects default metrics', async () => {
    collectDefaultMetrics({ register: registry });
    expect(await registry.metrics()).toContain('process_cpu_user_seconds_total');
  });

  it('collects default metrics with a prefix', async () => {
    collectDefaultMetrics({ register: registry, prefix: 'shop_' });
    expect(await registry.metrics()).toContain('shop_nodejs_heap_size_total_bytes');
  });
});
