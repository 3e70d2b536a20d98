/**
 * Has child processes find the preload wherever they are started: `leaklab/register`, in `NODE_OPTIONS` or in the
 * arguments that `fork` hands on, is looked for from their working directory, and Node refuses to start without it.
 *
 * @param url of the preload
 */
export function passOn(url: string): void {
  const found = /(?<=^|[\s="])leaklab\/register(?=$|[\s"])/g;
  process.execArgv = process.execArgv.map((argument) => argument.replaceAll(found, url));
  const options = process.env['NODE_OPTIONS'];
  if (options !== undefined) process.env['NODE_OPTIONS'] = options.replaceAll(found, url);
}
