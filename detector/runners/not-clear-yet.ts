/** Told to a runner so that it runs a test again, which in most there is no other way to ask for. */
export class RerunRequest extends Error {
  constructor() {
    super('more is known when the test has been run again at level full');
    this.name = RerunRequest.name;
  }
}
