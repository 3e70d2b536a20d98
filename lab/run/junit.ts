import { junitXml } from '../ci/formats/junit.ts';
import { explain } from './explain.ts';
import type { Judgement } from './judge.ts';

/** Formats the run as JUnit XML: a suite for each family, a case for each program. */
export function toJunit(judgements: readonly Judgement[], ms: number): string {
  const families = Map.groupBy(judgements, ({ program }) => program.family);
  const suites = [...families].map(([family, own]) => ({
    name: family,
    ms: own.reduce((sum, each) => sum + each.ms, 0),
    cases: own.map((judgement) => {
      const { program, verdict, problem } = judgement;
      return {
        classname: family,
        name: `${program.id} ${program.role}`,
        ms: judgement.ms,
        failures: verdict === 'ok' ? [] : [{ message: problem ?? verdict, text: explain(judgement) }],
      };
    }),
  }));
  return junitXml('leaklab run', suites, ms);
}
