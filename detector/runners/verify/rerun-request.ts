/** An error that makes a runner run a test again; most runners offer no other way. */
export class RerunRequest extends Error {
  constructor() {
    super('this test runs again at level full, to judge what it leaked');
    this.name = RerunRequest.name;
  }
}
