import { parseArgs } from 'node:util';
import { projectSettings } from '../ci/project-settings.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { Verb } from '../verb.ts';
import { applyActions, type Done } from './apply.ts';
import { historyOf } from './open-history.ts';
import { makePlan, textsOf, type Texts } from './make-plan.ts';
import { openTracker, type Opened } from './open-tracker.ts';
import type { Action, Plan } from './plan.ts';
import { doneLine, endLine, nextLine, plannedLine, restLines, toJson } from './show.ts';
import { fields } from './text/fields.ts';
import { ticketsSettings } from './tickets-settings.ts';
import { explained } from './trackers/explain.ts';
import { Stopped } from './trackers/requests.ts';

const placeholders = Object.entries(fields).map(
  ([name, meaning]) => `  ${`{{${name}}}`.padEnd(18)}${meaning}`,
);

const help = `usage: leaklab tickets --to github|gitlab|jira|file [--apply] [--json] [--history FILE]
                       [--project P] [--url URL] [--folder FOLDER] [--after N] [--most N]
                       [--wait SECONDS] [--pause MS] [--template FILE]

Keeps one ticket for each cause of leaks: creates it, keeps it up to date, reopens it when the leak is back, and
closes it when the leak is gone. Without --apply it only prints what it would do. leaklab.json can hold the settings:
{ "tickets": { "to": "github", "after": 5, "most": 10, "assignees": { "@acme/shop": "ada" } } }

Tokens come from GITHUB_TOKEN, GITLAB_TOKEN, or JIRA_TOKEN and JIRA_USER.

Placeholders of a template:
${placeholders.join('\n')}

  --to T            where the tickets are
  --history FILE    the history of \`leaklab history\` (default that of leaklab.json, else leaks.history.jsonl);
                    or, as .json, a history that another program made
  --apply           do it
  --json            print what is done, or would be, as JSON
  --project P       repository, project or key (default GITHUB_REPOSITORY, CI_PROJECT_ID, JIRA_PROJECT)
  --url URL         address of the API, or of the site of Jira (default GITHUB_API_URL, CI_API_V4_URL, JIRA_URL)
  --folder FOLDER   the folder of --to file (default leak-tickets)
  --after N         runs without the leak after which a ticket is closed (default 5)
  --most N          new tickets of a run, the worst causes first (default 10)
  --wait SECONDS    for all waits together, when a service limits requests (default 120)
  --pause MS        between two requests that write (default 1000 for GitHub, else 0)
  --template FILE   text of the tickets; nothing that it doesn't name is sent

exit code: 0 all done, or nothing to do; 1 not all could be done; 2 used wrongly`;

export const verb: Verb = { help, run: ticketsCommand };

/** Runs `leaklab tickets`, prints to standard output, and returns the exit code. */
async function ticketsCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      history: { type: 'string' },
      apply: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      project: { type: 'string' },
      url: { type: 'string' },
      folder: { type: 'string' },
      after: { type: 'string' },
      most: { type: 'string' },
      wait: { type: 'string' },
      pause: { type: 'string' },
      template: { type: 'string' },
    },
  });
  if (positionals.length > 0) {
    throw new UsageError(`${JSON.stringify(positionals[0])} is not an option`, 'leaklab tickets --help');
  }
  const { apply, json, ...flags } = values;
  const project = projectSettings();
  const settings = ticketsSettings(project.file, flags);
  const opened = openTracker(settings, process.env, apply);
  const history = await historyOf(settings.history);
  const texts = await textsOf(settings, project.policy, opened);
  const done: Done[] = [];
  let plan: Plan | undefined;
  try {
    plan = await explained(opened.tracker, async () => {
      const made = await makePlan(history, settings, opened, texts.own);
      plan = made.plan;
      const onDone = (each: Done): void => {
        done.push(each);
        if (!json) process.stdout.write(`${doneLine(each, titleOf(each.action, texts))}\n`);
      };
      if (apply)
        await applyActions(made.plan.actions, {
          ...texts,
          ...made,
          ...opened,
          after: settings.after,
          onDone,
        });
      return made.plan;
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return stoppedEarly(error, { plan, done, isJson: json, opened, isApplied: apply });
  }
  const { tracker } = opened;
  if (json) printJson(toJson(tracker, plan, { isApplied: apply, done }));
  else {
    const lines = apply ? [] : plan.actions.map((action) => plannedLine(action, titleOf(action, texts)));
    const end = apply ? endLine(done, tracker) : nextLine(plan, tracker);
    process.stdout.write(`${[...lines, ...restLines(plan, settings.most), end].join('\n')}\n`);
  }
  return done.some(({ failed }) => failed !== undefined) ? 1 : 0;
}

function titleOf(action: Action, texts: Texts): string {
  return action.do === 'create' ? texts.filled(action.cause).title : '';
}

interface Early {
  /** Absent if the tickets could not be read. */
  readonly plan: Plan | undefined;
  readonly done: readonly Done[];
  readonly isJson: boolean;
  readonly isApplied: boolean;
  readonly opened: Opened;
}

/** Reports a run that ended before all was done, and returns its exit code. */
function stoppedEarly({ message, next }: Stopped, { plan, done, isJson, isApplied, opened }: Early): number {
  const planned = plan ?? { actions: [], more: [], unknown: [] };
  if (isJson) printJson(toJson(opened.tracker, planned, { isApplied, done, stopped: message }));
  const left = Math.max(0, planned.actions.length - done.length);
  const state = plan && isApplied ? `; ${done.length} done, ${left} left` : '';
  process.stderr.write(`leaklab: ${message}${state}\nnext: ${next}\n`);
  return 1;
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
