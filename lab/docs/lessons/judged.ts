import type { Cue } from '../../../detector/internal.ts';

/** A reviewed lesson: the advice for findings that look like those of these pairs. */
export interface Judged {
  /** The pair that the finding names. */
  readonly lesson: string;
  /** Pairs for whose findings the advice is right. */
  readonly pairs: readonly string[];
  /** Cues that a finding must show as well. */
  readonly cues?: readonly Cue[];
  /** Advice, if the pair's sentence is too special; default that sentence. */
  readonly advice?: string;
}

/**
 * Pairs that teach a lesson. A missing pair teaches nothing: what its finding shows (a fetch in flight, a child that
 * runs, a pending promise) has causes that its advice would not fix.
 */
export const judged: readonly Judged[] = [
  {
    lesson: 'timer/interval-never-cleared',
    pairs: [
      'timer/interval-never-cleared',
      'timer/reconnect-overwrites-interval',
      'timer/unref-interval',
      'timer/quit-without-clear',
      'missing-abort/cancel-skips-the-end',
    ],
    advice: 'Clear the interval when what it works for ends, and before another takes its place',
  },
  {
    lesson: 'timer/abandoned-promises-interval',
    pairs: ['timer/abandoned-promises-interval'],
    cues: ['drives an iterator'],
  },
  {
    lesson: 'timer/abort-timer-kept-after-response',
    pairs: ['timer/abort-timer-kept-after-response'],
    cues: ['aborts'],
    advice: 'Clear the timer in a finally, when what it would abort is over or has failed',
  },
  {
    lesson: 'timer/race-loser-timer',
    pairs: ['timer/race-loser-timer', 'timer/lock-deadline-kept'],
    cues: ['settles a race'],
  },
  {
    lesson: 'missing-abort/poll-deaf-until-news',
    pairs: ['missing-abort/poll-deaf-until-news'],
    cues: ['has no signal'],
    advice: 'Give the pause the signal of the work that it belongs to, so that it ends with it',
  },
  {
    lesson: 'missing-abort/fetch-without-signal',
    pairs: ['missing-abort/fetch-without-signal'],
    cues: ['has no signal'],
    advice: 'Give the request a signal that ends it after a time, and when no one wants the answer',
  },
  {
    lesson: 'missing-abort/abort-listeners-pile-up',
    pairs: [
      'missing-abort/abort-listeners-pile-up',
      'missing-abort/any-pinned-by-listener',
      'missing-abort/cleared-timer-keeps-listener',
      'missing-abort/composed-by-hand',
      'missing-abort/timer-cleared-listener-kept',
      'missing-abort/unsubscribed-on-success-only',
    ],
    advice: 'Remove the listener in a `finally`, when the work that it would cancel is over',
  },
  {
    lesson: 'missing-abort/proxy-ignores-client-gone',
    pairs: ['missing-abort/proxy-ignores-client-gone'],
    cues: ['in a request handler'],
  },
  {
    lesson: 'stream/unread-file-stream',
    pairs: [
      'stream/unread-file-stream',
      'stream/pipe-client-gone',
      'stream/readline-left-early',
      'stream/pipeline-threw',
      'iterator/second-source-never-started',
    ],
    advice:
      'Destroy the file stream on every way out, also when its reader goes away or stops early, or use `stream.pipeline()`',
  },
  {
    lesson: 'stream/readline-left-early',
    pairs: ['stream/readline-left-early'],
    cues: ['reads lines'],
  },
  {
    lesson: 'stream/upload-left-open',
    pairs: ['stream/upload-left-open'],
    advice:
      'End or destroy the file stream on every way out, also when its source fails, or let `stream.pipeline()` do it',
  },
  {
    lesson: 'stream/clone-branch-unread',
    pairs: ['stream/clone-branch-unread'],
    advice: 'Cancel the branch that no one reads to its end',
  },
  {
    lesson: 'stream/reader-never-released',
    pairs: ['stream/reader-never-released'],
    advice:
      'Cancel the reader when no one wants its data any more; a stream that wraps it does so in its `cancel`',
  },
  {
    lesson: 'stream/drain-on-destroyed',
    pairs: ['stream/drain-on-destroyed'],
    cues: ['waits for drain'],
    advice: 'Wait for `drain` or `close`, whichever comes first, or let `stream.pipeline()` do it',
  },
  {
    lesson: 'waitgroup/once-never-fires',
    pairs: [
      'waitgroup/once-never-fires',
      'waitgroup/second-end-waits-for-past-event',
      'waitgroup/empty-never-told',
      'waitgroup/end-of-nothing',
    ],
    cues: ['waits for an event'],
    advice:
      'Before the wait, see whether the event can still come, and give the wait a signal that ends it when it no longer can',
  },
  {
    lesson: 'unclosed-server/plugin-server-left-open',
    pairs: [
      'unclosed-server/plugin-server-left-open',
      'unclosed-server/options-checked-after-listen',
      'unclosed-server/unix-socket-left-open',
      'unclosed-server/close-skipped-by-error',
      'unclosed-server/reloaded-while-reloading',
      'unclosed-server/server-in-no-variable',
      'telemetry/metrics-server-left',
    ],
    advice:
      'Close the server when its work is over and on every way out after `listen`, also when that fails',
  },
  {
    lesson: 'unclosed-server/net-close-leaves-established',
    pairs: [
      'unclosed-server/net-close-leaves-established',
      'unclosed-server/close-waits-for-keep-alive',
      'unclosed-server/http2-session-keeps-server',
      'unclosed-server/upgraded-sockets-block-close',
      'unclosed-server/event-stream-not-ended',
    ],
    advice:
      'End the open connections together with the server: keep its sockets or sessions in a set and destroy them on close',
  },
  {
    lesson: 'unclosed-server/statsd-socket-never-closed',
    pairs: ['unclosed-server/statsd-socket-never-closed', 'socket/bind-error-leaves-socket'],
    advice:
      'Give whatever owns the socket a `close()` that closes it, and call it when the work is over or could not begin',
  },
];
