import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from './announce.ts';

const http = createServer();
new Server(http).on('connection', (socket) => {
  socket.on('guess', (guess: number, answer: (reply: string) => void) =>
    answer(guess > 7 ? 'lower' : 'higher'),
  );
});
announce(http.listen(0, '127.0.0.1'));
