import { SMTPServer } from 'smtp-server';
import { announce } from './announce.ts';

const mailbox = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, _session, done) => {
    stream.resume().once('end', () => done());
  },
});
mailbox.on('error', () => {});
announce(mailbox.listen(0, '127.0.0.1'));
