// written by `npm run pages`; change the programs or lab/docs/lessons/judged.ts, not this table
import type { Lesson } from './lesson.ts';

/** The lessons, with the shapes of their findings. */
export const lessons: readonly Lesson[] = [
 {
  "lesson": "timer/interval-never-cleared",
  "advice": "Clear the interval when what it works for ends, and before another takes its place",
  "cues": [],
  "shapes": [
   {
    "kind": "timer",
    "type": "Timeout",
    "evidence": "alive",
    "api": "node:timers setInterval"
   }
  ]
 },
 {
  "lesson": "timer/abandoned-promises-interval",
  "advice": "Call `return()` on an iterator that you drive by hand with `next()`, in a finally, which also runs on `break` and on errors",
  "cues": [
   "drives an iterator"
  ],
  "shapes": [
   {
    "kind": "timer",
    "type": "Timeout",
    "evidence": "alive",
    "api": "node:timers/promises setInterval"
   }
  ]
 },
 {
  "lesson": "timer/abort-timer-kept-after-response",
  "advice": "Clear the timer in a finally, when what it would abort is over or has failed",
  "cues": [
   "aborts"
  ],
  "shapes": [
   {
    "kind": "timer",
    "type": "Timeout",
    "evidence": "alive",
    "api": "node:timers setTimeout"
   }
  ]
 },
 {
  "lesson": "timer/race-loser-timer",
  "advice": "Keep the timer and clear it when the race is over, whichever side won",
  "cues": [
   "settles a race"
  ],
  "shapes": [
   {
    "kind": "timer",
    "type": "Timeout",
    "evidence": "alive",
    "api": "node:timers setTimeout"
   }
  ]
 },
 {
  "lesson": "missing-abort/poll-deaf-until-news",
  "advice": "Give the pause the signal of the work that it belongs to, so that it ends with it",
  "cues": [
   "has no signal"
  ],
  "shapes": [
   {
    "kind": "timer",
    "type": "Timeout",
    "evidence": "alive",
    "api": "node:timers/promises setTimeout"
   }
  ]
 },
 {
  "lesson": "missing-abort/fetch-without-signal",
  "advice": "Give the request a signal that ends it after a time, and when no one wants the answer",
  "cues": [
   "has no signal"
  ],
  "shapes": [
   {
    "kind": "request",
    "type": "fetch",
    "evidence": "alive",
    "api": "node:internal/bootstrap/web/exposed-window-or-worker fetch",
    "answered": false
   }
  ]
 },
 {
  "lesson": "missing-abort/abort-listeners-pile-up",
  "advice": "Remove the listener in a `finally`, when the work that it would cancel is over",
  "cues": [],
  "shapes": [
   {
    "kind": "listener",
    "type": "AbortSignal",
    "evidence": "attached",
    "event": "abort"
   }
  ]
 },
 {
  "lesson": "missing-abort/proxy-ignores-client-gone",
  "advice": "Destroy the upstream request when the response to the client closes, or join the two with `pipeline`, which destroys both",
  "cues": [
   "in a request handler"
  ],
  "shapes": [
   {
    "kind": "request",
    "type": "ClientRequest",
    "evidence": "alive",
    "api": "node:http request",
    "answered": true
   }
  ]
 },
 {
  "lesson": "stream/unread-file-stream",
  "advice": "Destroy the file stream on every way out, also when its reader goes away or stops early, or use `stream.pipeline()`",
  "cues": [],
  "shapes": [
   {
    "kind": "fd",
    "type": "fs.open",
    "evidence": "alive",
    "api": "node:fs createReadStream"
   }
  ]
 },
 {
  "lesson": "stream/readline-left-early",
  "advice": "Keep the stream and `destroy()` it when the lines have been read",
  "cues": [
   "reads lines"
  ],
  "shapes": [
   {
    "kind": "fd",
    "type": "fs.open",
    "evidence": "alive",
    "api": "node:fs createReadStream"
   }
  ]
 },
 {
  "lesson": "stream/upload-left-open",
  "advice": "End or destroy the file stream on every way out, also when its source fails, or let `stream.pipeline()` do it",
  "cues": [],
  "shapes": [
   {
    "kind": "fd",
    "type": "fs.open",
    "evidence": "alive",
    "api": "node:fs createWriteStream"
   }
  ]
 },
 {
  "lesson": "stream/clone-branch-unread",
  "advice": "Cancel the branch that no one reads to its end",
  "cues": [],
  "shapes": [
   {
    "kind": "stream",
    "type": "ReadableStream branch",
    "evidence": "alive"
   }
  ]
 },
 {
  "lesson": "stream/reader-never-released",
  "advice": "Cancel the reader when no one wants its data any more; a stream that wraps it does so in its `cancel`",
  "cues": [],
  "shapes": [
   {
    "kind": "stream",
    "type": "ReadableStream reader",
    "evidence": "alive"
   }
  ]
 },
 {
  "lesson": "stream/drain-on-destroyed",
  "advice": "Wait for `drain` or `close`, whichever comes first, or let `stream.pipeline()` do it",
  "cues": [
   "waits for drain"
  ],
  "shapes": [
   {
    "kind": "await",
    "type": "async function",
    "evidence": "pending"
   }
  ]
 },
 {
  "lesson": "waitgroup/once-never-fires",
  "advice": "Before the wait, see whether the event can still come, and give the wait a signal that ends it when it no longer can",
  "cues": [
   "waits for an event"
  ],
  "shapes": [
   {
    "kind": "await",
    "type": "async function",
    "evidence": "pending"
   }
  ]
 },
 {
  "lesson": "unclosed-server/plugin-server-left-open",
  "advice": "Close the server when its work is over and on every way out after `listen`, also when that fails",
  "cues": [],
  "shapes": [
   {
    "kind": "server",
    "type": "TCPSERVERWRAP",
    "evidence": "alive",
    "api": "node:net listen",
    "closing": false
   },
   {
    "kind": "server",
    "type": "PIPESERVERWRAP",
    "evidence": "alive",
    "api": "node:net listen",
    "closing": false
   }
  ]
 },
 {
  "lesson": "unclosed-server/net-close-leaves-established",
  "advice": "End the open connections together with the server: keep its sockets or sessions in a set and destroy them on close",
  "cues": [],
  "shapes": [
   {
    "kind": "server",
    "type": "TCPSERVERWRAP",
    "evidence": "alive",
    "api": "node:net listen",
    "closing": true
   }
  ]
 },
 {
  "lesson": "unclosed-server/statsd-socket-never-closed",
  "advice": "Give whatever owns the socket a `close()` that closes it, and call it when the work is over or could not begin",
  "cues": [],
  "shapes": [
   {
    "kind": "socket",
    "type": "UDPWRAP",
    "evidence": "alive",
    "api": "node:dgram createSocket"
   }
  ]
 }
];
