/**
 * Replaces `leaklab/register` in the options of child processes by its URL.
 *
 * Node resolves the name from a child's working directory, and refuses to start without the preload.
 *
 * @param url the URL of the preload
 */
export function passOn(url: string): void {
  const found = /(?<=^|[\s="])leaklab\/register(?=$|[\s"])/g;
  process.execArgv = process.execArgv.map((argument) => argument.replaceAll(found, url));
  const options = process.env['NODE_OPTIONS'];
  if (options !== undefined) process.env['NODE_OPTIONS'] = options.replaceAll(found, url);
}
