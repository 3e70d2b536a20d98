/** The oldest Node whose hooks the detector has been proven on. */
const oldest = [22, 19] as const;

/**
 * Returns why the detector can't watch this runtime, or undefined.
 *
 * Bun and Deno run the code, but call no hook of a handle: each check would find nothing.
 *
 * @param versions the versions that the runtime names, as `process.versions`
 */
export function whyUnsupported(versions: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [key, name] of [
    ['bun', 'Bun'],
    ['deno', 'Deno'],
  ] as const) {
    const version = versions[key];
    if (version !== undefined)
      return `Node.js is needed: ${name} ${version} does not report its handles, so no leak would be found`;
  }
  const [major = 0, minor = 0] = (versions['node'] ?? '').split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `Node.js ${oldest.join('.')} or newer is needed; this is Node.js ${versions['node'] ?? 'of no known version'}`;
}
