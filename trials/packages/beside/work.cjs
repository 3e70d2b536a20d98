// closes what it opens, and prints the order of its callbacks

const fs = require('fs');
const net = require('net');
const { EventEmitter } = require('events');
const trace = [];
const note = (each) => {
  trace[trace.length] = each;
};
const emitter = new EventEmitter();
emitter.once('x', () => note('once'));
emitter.on('x', f);
emitter.emit('x');
emitter.off('x', f);
function f() {
  note('on');
}
setTimeout(() => note('timeout'), 1);
setImmediate(() => note('immediate'));
clearInterval(setInterval(() => {}, 1000));
process.nextTick(() => note('tick'));
(async () => {
  await null;
  note('await');
})();
fs.closeSync(fs.openSync(__filename));
fs.opendirSync(__dirname).closeSync();
fs.promises
  .open(__filename)
  .then((file) => file.close())
  .then(() => note('file'));
const server = net
  .createServer((socket) => socket.end('hello'))
  .listen(0, () => {
    net
      .connect(server.address().port)
      .on('data', () => note('data'))
      .on('close', () => server.close(() => note('closed')));
  });
process.on('exit', (code) => {
  const order = ['once', 'on', 'tick', 'await', 'timeout', 'immediate', 'file', 'data', 'closed'];
  let all = '';
  for (const each of order) all += each + ' ' + trace.includes(each) + '\n';
  fs.writeSync(1, all + code + '\n');
});
{
  const { readFile } = require('fs');
  let letters = '';
  const put = (letter) => {
    letters += letter;
  };
  const round = (left) => {
    process.nextTick(() => {
      put('n');
      queueMicrotask(() => put('q'));
    });
    Promise.resolve().then(() => {
      put('m');
      process.nextTick(() => put('k'));
    });
    (async () => {
      await null;
      put('a');
      await undefined;
      put('b');
    })();
    setImmediate(() => {
      put('i');
      process.nextTick(() => put('t'));
      Promise.resolve().then(() => put('p'));
      setTimeout(() => {
        put('w');
        process.nextTick(() => put('u'));
        queueMicrotask(() => put('v'));
        readFile(process.execPath + '/none', () => {
          put('f');
          setTimeout(() => {
            put('z');
            if (left > 0) round(left - 1);
            else console.log(letters);
          }, 0);
          setImmediate(() => put('e'));
        });
      }, 1);
    });
  };
  setImmediate(() => round(3));
}
