/** Formats an object as JSON with a line for each entry of its lists of objects, so that a diff shows records. */
export function formatRecords(value: object): string {
  const members = Object.entries(value).map(
    ([key, member]: [string, unknown]) => `${JSON.stringify(key)}:${formatMember(member)}`,
  );
  return `{${members.join(',\n')}}\n`;
}

function formatMember(member: unknown): string {
  const isRecords = Array.isArray(member) && member.some((each) => typeof each === 'object');
  if (!isRecords) return JSON.stringify(member);
  return `[\n${member.map((record) => `  ${JSON.stringify(record)}`).join(',\n')}\n]`;
}
