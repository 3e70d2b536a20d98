import type { VerifiedTest } from '../verify/verified.ts';
import type { CircusState, CircusTest } from './circus-types.ts';

/** jest's function that declares a concurrent test. */
type Declare = ((title: string, work: () => unknown, timeout?: number) => unknown) & { only?: Declare };

/** The watch over the tests of a file. */
interface Watch {
  begun(test: CircusTest): VerifiedTest;
  /** Gives a test the verification that began before jest knew the test. */
  adopt(test: CircusTest, begun: VerifiedTest): void;
}

/**
 * Verifies concurrent tests from their beginning where jest starts them before it declares them, which jest 27 does.
 *
 * @param test jest's function that declares a test
 */
export function watchConcurrent(test: { concurrent?: Declare }, state: CircusState, watch: Watch): void {
  const watched = (declare: Declare): Declare => {
    const standIn: Declare = (title, work, timeout) => {
      const early: CircusTest = {
        type: 'test',
        name: title,
        parent: state.currentDescribeBlock,
        invocations: 1,
        asyncError: new Error(),
        errors: [],
      };
      let declared: CircusTest | undefined;
      let begun: VerifiedTest | undefined;
      const own = (): unknown => {
        // later versions start them as tests
        if (declared?.concurrent !== undefined) return work();
        begun = watch.begun(declared ?? early);
        if (declared) watch.adopt(declared, begun);
        return begun.run(work);
      };
      const result = declare(title, own, timeout);
      const last = state.currentDescribeBlock.children.at(-1);
      if (last?.type === 'test') declared = last;
      if (declared && begun) watch.adopt(declared, begun);
      return result;
    };
    return Object.assign(standIn, declare);
  };
  const { concurrent } = test;
  if (!concurrent) return;
  test.concurrent = watched(concurrent);
  if (concurrent.only) test.concurrent.only = watched(concurrent.only);
}
