/** Meanings of timers, listeners, leases and memory. */
import { by, has, is, type MeaningRule } from './rule.ts';

export const timerMeanings: readonly MeaningRule[] = [
  {
    when: is('IntervalHistogram'),
    why: 'monitorEventLoopDelay() samples the event loop on a timer until disable() is called',
    fix: 'call disable() on the histogram',
  },
  {
    when: is('Immediate'),
    why: 'an immediate runs on the next turn of the event loop; one that is still pending after many is set again and again',
    fix: 'stop setting it again, or pass what setImmediate() returns to clearImmediate()',
  },
  {
    when: by('node:timers/promises setInterval'),
    why: 'the iterator keeps its timer until its return() is called, as leaving a for await loop does',
    fix: 'leave the loop by break or return, call return() on an iterator that you drive by next(), or pass a signal and abort it',
  },
  {
    when: by('node:timers/promises setTimeout', 'node:timers/promises wait'),
    why: 'an awaited pause lasts its full time; only a signal ends it early',
    fix: 'pass a signal to the pause, and abort it when the work ends',
  },
  {
    when: by('node:timers setInterval'),
    why: 'an interval runs, and keeps its callback in memory, until clearInterval() is called',
    fix: 'keep what setInterval() returns, and pass it to clearInterval() when the work ends',
  },
  {
    when: by('node:timers setTimeout'),
    why: "a timeout keeps its callback's variables in memory until it fires or clearTimeout() is called",
    fix: 'keep what setTimeout() returns, and pass it to clearTimeout() when it is no longer needed',
  },
  { why: "a timer keeps its callback's variables in memory until it is cleared" },
];

export const listenerMeanings: readonly MeaningRule[] = [
  {
    when: by('node:events on'),
    why: 'events.on() listens until its iterator returns, as leaving a for await loop makes it, or its signal is aborted',
    fix: 'leave the for await loop, or call return() on the iterator in a finally block',
  },
  {
    when: is('AbortSignal'),
    why: "the signal keeps the listener's variables in memory until it is aborted or collected itself",
    fix: 'call removeEventListener() with the same function when the work ends',
  },
  {
    when: is('Channel'),
    why: 'a diagnostics channel lives as long as the process, and so do its subscribers',
    fix: 'call unsubscribe() with the same function',
  },
  {
    when: is('PerformanceObserver'),
    why: 'an observer runs until disconnect() is called',
    fix: 'call disconnect() on the observer',
  },
  {
    when: is('inspector.Session'),
    why: 'a connected session keeps the inspector of the process running, and what it has been sent in memory',
    fix: 'call disconnect() on the session',
  },
  {
    when: is('AsyncHook'),
    why: 'an enabled hook runs for every async resource of the process, and keeps its variables in memory',
    fix: 'call disable() on the hook',
  },
  {
    why: "the object that is listened to outlives the work, and keeps the listener's variables in memory",
    fix: 'call off() or removeEventListener() with the same function when the work ends',
  },
];

export const leaseMeanings: readonly MeaningRule[] = [
  {
    when: is('Lock'),
    why: 'a lock is held until the promise settles that its callback returned',
    fix: 'settle that promise in a finally block, or do the work within the callback',
  },
  {
    when: has(({ timedOut }) => timedOut === true),
    why: 'the first run of the same work got past this line, and further runs time out: it kept what it took',
    fix: 'give it back in a finally block',
  },
  {
    when: has(({ furtherRun }) => furtherRun !== undefined),
    why: 'an earlier run of the same work got past this line and kept what it took, for which a further run waits for ever',
    fix: 'give it back in a finally block',
  },
  { why: 'the next caller waits until it is given back', fix: 'give it back in a finally block' },
];

export const memoryMeanings: readonly MeaningRule[] = [
  {
    when: is('object URL'),
    why: 'Node keeps the Blob of an object URL in memory until the URL is revoked',
    fix: 'pass the URL to URL.revokeObjectURL() when it is no longer needed',
  },
  {
    why: 'an object that outlives the work holds it, and holds more after each run',
    fix: 'remove it from its holder when the work ends, or give the holder a limit',
  },
];
