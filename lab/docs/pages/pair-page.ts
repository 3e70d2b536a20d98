import { basename, dirname, relative } from 'node:path';
import type { Pair } from '../../catalogue/pairs.ts';
import type { Catalogue, Program } from '../../catalogue/program.ts';
import type { ProofFile, ProvenProgram } from '../../oracle/proof-file.ts';
import { curvesSvg } from './curves.ts';
import { escaped, fenced, table } from './markdown.ts';
import { changesBetween, programText } from './program-text.ts';
import type { ReportsFile } from '../../run/reports-file.ts';

/** Proofs and reports, from which pages are made besides the programs. */
export interface Evidence {
  /** Proofs, one for each Node line, in rising order. */
  readonly proofs: readonly ProofFile[];
  readonly reports: ReportsFile;
}

export const notice = '<!-- written by `npm run pages`; change the program, not this page -->';

/** Returns the page of a pair, in Markdown, for `<pages>/<family>/<name>.md`. */
export function pairPage(pair: Pair, catalogue: Catalogue, evidence: Evidence, folder: string): string {
  const { pattern: program, fix, wrongFixes, decoys } = pair;
  const { id, file, story, pattern } = program;
  const { root, sources } = catalogue;
  const from = dirname(`${folder}/${id}`);
  const link = (path: string): string => `[${relative(root, path)}](${relative(from, path)})`;
  const { start, lines } = programText(file);
  const parts = [
    notice,
    `# ${escaped(pattern.title)}`,
    escaped(story.opening),
    facts(pair, root, evidence),
    ...story.parts.map(({ heading, text }) => `**${heading}.** ${escaped(text)}`),
    '## The program',
    `${link(file)} from line ${start}; the comment \`LEAK\` marks the line and says what one run leaks.`,
    fenced('ts', lines),
    '## What grows',
    `Measured [without any detector](${relative(from, `${root}/docs/oracle.md`)}): run 1, 5 and 25 times in one process.`,
    ...pattern.grows.map((name) => {
      const { stages } = evidence.proofs.at(0) ?? { stages: [] };
      const curves = [program, fix].map((each) => ({
        name: each.role,
        values: latest(evidence, each, root)?.curves[name] ?? [],
      }));
      return curvesSvg(name, stages, curves);
    }),
    '## What the detector reports',
    fenced('text', reportOf(program, root, evidence)),
    '## The fix',
    `${escaped(fix.story.opening)} ${link(fix.file)}`,
    fenced('diff', changesBetween(file, fix.file)),
    ...wrongFixes.flatMap((wrong) => [
      `## Wrong: ${howOf(wrong)}`,
      `${escaped(wrong.story.opening)} ${link(wrong.file)}`,
      ...wrong.story.parts.map(({ heading, text }) => `**${heading}** ${escaped(text)}`),
      fenced('diff', changesBetween(file, wrong.file)),
      fenced('text', reportOf(wrong, root, evidence)),
    ]),
    ...decoys.flatMap((decoy) => [
      '## What is no leak',
      `${escaped(decoy.story.opening)} ${link(decoy.file)}`,
      ...decoy.story.parts.map(({ heading, text }) => `**${heading}** ${escaped(text)}`),
    ]),
    '## Hints',
    pattern.hints.map((hint, index) => `${index + 1}. ${escaped(hint)}`).join('\n'),
    '## Seen in',
    pattern.seenIn
      .map((ref) => `- [${ref}](${sources.get(ref)?.url ?? ''}): ${escaped(sources.get(ref)?.title ?? '')}`)
      .join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function facts({ pattern: program, fix, wrongFixes }: Pair, root: string, { proofs }: Evidence): string {
  const { markers, pattern, family } = program;
  const left = markers.leaks.map(
    ({ kind, count, line }) => `${kind}${count === 1 ? '' : ` ×${count}`}, line ${line}`,
  );
  const proven = proofs.flatMap((proof) => {
    const ours = [program, fix, ...wrongFixes].map((each) => provenBy(proof, each, root));
    // the program does not leak on this Node line, and is not run
    if (!ours[0]) return [];
    const times = ours.map((each) => (each?.holds === true ? each.verdicts.length : 0));
    return [`Node ${proof.node.slice(1)}: ${Math.min(...times)} of ${proof.times}`];
  });
  return table(
    ['family', 'leaked by one run', 'grows', 'seen through', 'stage', 'leaks on', 'proven'],
    [
      [
        family,
        left.join('; '),
        pattern.grows.join(', '),
        `${pattern.seenThrough}, ${pattern.leaves}`,
        pattern.stage,
        `Node \`${pattern.node}\``,
        proven.join(', '),
      ],
    ],
  );
}

function latest({ proofs }: Evidence, program: Program, root: string): ProvenProgram | undefined {
  return proofs.map((proof) => provenBy(proof, program, root)).findLast((each) => each !== undefined);
}

function provenBy(proof: ProofFile, { file }: Program, root: string): ProvenProgram | undefined {
  return proof.programs.find(({ path }) => path === relative(root, file));
}

function reportOf({ file }: Program, root: string, { reports }: Evidence): readonly string[] {
  return reports.programs.find(({ path }) => path === relative(root, file))?.report ?? ['(no report)'];
}

/** `unref` of `clock.wrong-unref.ts`, in words. */
function howOf({ file }: Program): string {
  return basename(file, '.ts')
    .replace(/^[^.]*\.wrong-/, '')
    .replaceAll('-', ' ');
}
