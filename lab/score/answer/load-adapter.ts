import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { channels } from '../../contract.ts';
import { messageOf } from '../../shared/error-message.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { runtimes, type Adapter } from './adapter.ts';

const page = 'docs/adapters.md shows one of each way';

/**
 * Loads a foreign adapter: a module that exports it as `adapter`, or a `.json` file with a `command` or a `sarif`.
 *
 * @throws UsageError that says what is wrong with it
 */
export async function loadAdapter(path: string): Promise<Adapter> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UsageError(`${path}: no such file`, page);
  if (file.endsWith('.json')) return describedIn(file, path);
  let module: object;
  try {
    module = (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    throw new UsageError(`${path} can't be loaded: ${messageOf(error)}`, page);
  }
  return { ...checkAdapter('adapter' in module ? module.adapter : undefined, path), source: file };
}

/** Reads a description; relative parts of its command are relative to its file. */
function describedIn(file: string, shown: string): Adapter {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${shown}: ${messageOf(error)}`, page);
  }
  const fields = fieldsOf(value, shown);
  const beside = (part: unknown): unknown => {
    if (typeof part !== 'string' || isAbsolute(part)) return part;
    const path = resolve(dirname(file), part);
    return existsSync(path) ? path : part;
  };
  const { sarif, command } = fields;
  if (sarif !== undefined) {
    const log = typeof sarif === 'string' ? resolve(dirname(file), sarif) : sarif;
    return checkAdapter({ ...fields, way: 'sarif', file: log, root: dirname(file) }, shown);
  }
  return checkAdapter(
    { ...fields, way: 'executable', command: Array.isArray(command) ? command.map(beside) : command },
    shown,
  );
}

/** Checks an adapter. @throws UsageError that names the field, its value and the expectation */
export function checkAdapter(value: unknown, shown: string): Adapter {
  const fields = fieldsOf(value, shown);
  const demand = (name: string, wanted: string, fits: (field: unknown) => boolean): void => {
    if (!fits(fields[name]))
      throw new UsageError(
        `${shown}: \`${name}\` is ${JSON.stringify(fields[name]) ?? 'missing'}`,
        `give it ${wanted}; ${page}`,
      );
  };
  demand(
    'name',
    'a name of a-z, 0-9 and -',
    (name) => typeof name === 'string' && /^[a-z0-9][a-z0-9-]*$/.test(name),
  );
  demand('version', 'a text', isText);
  demand(
    'sees',
    `a list of ${channels.join(', ')}; an empty one if it claims nothing`,
    (sees) => Array.isArray(sees) && sees.every((each) => channels.some((channel) => channel === each)),
  );
  demand('title', 'a text', isOptional(isText));
  demand('configuration', 'a text', isOptional(isText));
  demand(
    'runtimes',
    `a list of ${runtimes.join(', ')}`,
    isOptional(
      (list) => Array.isArray(list) && list.every((each) => runtimes.some((runtime) => runtime === each)),
    ),
  );
  switch (fields['way']) {
    case 'in process':
      demand(
        'module',
        'the absolute path of a module that exports `watch`',
        (path) => isText(path) && isAbsolute(path) && existsSync(path),
      );
      break;
    case 'command':
      demand('command', 'a function', isFunction);
      demand('read', 'a function', isFunction);
      break;
    case 'executable':
      demand(
        'command',
        'a list of the executable and its arguments',
        (list) => Array.isArray(list) && list.length > 0 && list.every(isText),
      );
      break;
    case 'static':
      demand('scan', 'a function', isFunction);
      break;
    case 'sarif':
      demand('file', 'the path of a SARIF log', (path) => isText(path) && existsSync(path));
      break;
    default:
      throw new UsageError(
        `${shown}: \`way\` is ${JSON.stringify(fields['way']) ?? 'missing'}`,
        `give it one of in process, command, executable, static, sarif; ${page}`,
      );
  }
  return value as Adapter;
}

function fieldsOf(value: unknown, shown: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new UsageError(`${shown}: no \`adapter\` is exported`, page);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isOptional(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || fits(value);
}
