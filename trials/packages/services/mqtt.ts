import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { announce } from './announce.ts';

const broker = await Aedes.createBroker();
announce(createServer(broker.handle).listen(0, '127.0.0.1'));
