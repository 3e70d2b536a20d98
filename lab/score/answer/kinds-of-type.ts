import type { Kind } from '../../contract.ts';
import type { Finding } from './answer.ts';

/**
 * Kinds that the tools' names may stand for, the nearest first. A name with several meanings (a pending HTTP
 * request, a pooled client and a server's connection are all an open TCP handle) is right for each of them: the
 * tool gets the benefit of the doubt.
 */
const meanings: readonly (readonly [pattern: RegExp, kinds: readonly Kind[]])[] = [
  [/^(?:timeout|immediate|interval|timer|timers?wrap)$/i, ['timer']],
  [/^(?:tcp|pipe)_?server_?(?:wrap)?$|^(?:http|https|tls|net)?_?server$|^listener$/i, ['server']],
  [
    /^(?:tcp(?:_?(?:socket|connect)?_?wrap)?|pipe(?:connect)?_?wrap|pipe|tls(?:_?wrap)?|socket|tcpstream|unixstream|tcp_?connection|httpclient)$/i,
    ['socket', 'request', 'stream', 'lease', 'server', 'process'],
  ],
  [
    /^http_?client_?request$|^fetch|^httprequest|^dns|^queryreq|^getaddrinfo|^getnameinfo|^query_?wrap/i,
    ['request', 'socket', 'await'],
  ],
  [/^http_?incoming_?message$/i, ['server', 'request', 'socket']],
  [/^http2_?session$/i, ['socket', 'request', 'server']],
  [/^http2_?stream$/i, ['stream', 'request']],
  [/^(?:udp|udp_?wrap|udp_?send_?wrap|dgram|udpsocket)$/i, ['socket', 'server']],
  [
    /^fsreq|^fs_?req|^filehandle|^fsfile|^file$|^descriptor$|^fd$|^dirhandle$|^dir$/i,
    ['fd', 'stream', 'watcher', 'await'],
  ],
  [/^process_?(?:wrap)?$|^child_?process$|^child$/i, ['process']],
  [/^worker$|^worker_?thread$/i, ['worker']],
  [/^message_?port$|^messaging$|^broadcast_?channel$/i, ['port', 'worker']],
  [/^fs_?event_?(?:wrap)?$|^stat_?watcher$|^fs_?poll$|^fswatcher$|^fsevents?$/i, ['watcher']],
  [/^signal_?(?:wrap)?$/i, ['listener', 'watcher']],
  [
    /^promise$|floating-promise|^promise\/|^await$|^asyncop$|^pending test$/i,
    ['await', 'lease', 'request', 'timer'],
  ],
  [/^zlib$|^brotli|^stream_?(?:wrap|pipe)?$|^shutdown_?wrap$|^write_?wrap$|stream$/i, ['stream', 'socket']],
  [/^tty(?:_?wrap)?$/i, ['stream', 'fd']],
  [/event-?listener|listener/i, ['listener']],
  [
    /^retained|^object|^closure|^heap$|^memory$|^array$|^map$|^set$|^string$/i,
    ['memory', 'listener', 'await', 'lease', 'stream', 'timer', 'socket'],
  ],
  [/^async$|^idle$|^check$|^prepare$/i, ['watcher', 'worker', 'port']],
];

/** Returns the kinds that a finding may stand for: its own kind, or else those of its type; none if it names neither. */
export function kindsOf({ kind, type }: Pick<Finding, 'kind' | 'type'>): readonly Kind[] {
  if (kind !== undefined) return [kind];
  if (type === undefined) return [];
  return meanings.find(([pattern]) => pattern.test(type))?.[1] ?? [];
}
