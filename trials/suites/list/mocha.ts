import type { Suite } from '../suite.ts';

const mocha = (rest: string): string =>
  `mocha {leaklab} --reporter json --reporter-option output={results} ${rest}`;
const mochaLine = '--require leaklab/mocha';

/** Real suites of mocha. */
export const mochaSuites: readonly Suite[] = [
  {
    name: 'terminus',
    package: '@godaddy/terminus',
    runner: 'mocha',
    install: 'terminus',
    folder: 'checkout',
    command: "mocha {leaklab} --reporter json --reporter-option output={results} 'lib/**/*.spec.js'",
    line: '--require leaklab/mocha',
    leftOut: 'index.spec.js, which is not in the tarball',
    unsteady: {
      names: ['signal received', 'shutting down', 'SendFailureDuringShutdown'],
      why: 'the tests give a child process only 300 ms to start',
    },
  },
  {
    name: 'needle',
    package: 'needle',
    runner: 'mocha',
    install: 'needle',
    folder: 'checkout',
    command: mocha(
      "--ignore 'test/cookies_spec.js' --ignore 'test/decoder_spec.js' --ignore 'test/errors_spec.js' --ignore 'test/headers_spec.js' --ignore 'test/proxy_spec.js' --ignore 'test/request_stream_spec.js' --ignore 'test/response_stream_spec.js' --ignore 'test/socket_cleanup_spec.js' --ignore 'test/tls_options_spec.js' --ignore 'test/url_spec.js' 'test/*_spec.js'",
    ),
    line: mochaLine,
    prepare:
      'mkdir -p test/keys && openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost -keyout test/keys/ssl.key -out test/keys/ssl.cert',
    leftOut:
      'the files that need the internet, those that change the default protocol for all later ones, and headers_spec.js, which expects the agent of an older Node',
  },
  {
    name: 'better-queue',
    package: 'better-queue',
    runner: 'mocha',
    install: 'better-queue',
    folder: 'checkout',
    command: mocha("'test/*.js'"),
    line: mochaLine,
  },
  {
    name: 'bottleneck',
    package: 'bottleneck',
    runner: 'mocha',
    install: 'bottleneck',
    folder: 'checkout',
    command: mocha('test/DLList.js test/group.js test/states.js'),
    line: mochaLine,
    leftOut: 'the files that measure durations to within some milliseconds, which fail on a busy machine',
  },
  {
    name: 'mqtt',
    package: 'mqtt',
    runner: 'mocha',
    install: 'mqtt',
    folder: 'checkout',
    command: mocha("--check-leaks --timeout 5000 --exit 'test/!(secure_client).js'"),
    line: mochaLine,
    leftOut: 'secure_client.js, whose keys are too short for this OpenSSL',
    unsteady: {
      names: ['offline messages', 'handle error with async incoming store'],
      why: 'the first needs a quick machine, the second calls a method that its store lacks',
    },
  },
  {
    name: 'amqplib',
    package: 'amqplib',
    runner: 'mocha',
    install: 'amqplib',
    folder: 'checkout',
    command: mocha(
      '--ui tdd test/bitset.js test/channel.js test/codec.js test/connection.js test/data.js test/frame.js test/mux.js',
    ),
    line: mochaLine,
    leftOut: 'the tests that need a RabbitMQ',
  },
];
