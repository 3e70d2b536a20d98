import { EventEmitter } from 'node:events';

/** The settings of the service, which change while it runs. */
export const settings = new EventEmitter().setMaxListeners(0);
