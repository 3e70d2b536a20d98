/** The template where none is named: the guide explains its placeholders. */
export const usualTemplate = `# Leak: {{title}}

{{status}}

- at: \`{{place}}\`
- made by the package: \`{{package}}\`
- tested in: \`{{testedPackage}}\`
- owner: {{owner}}
- known: \`{{facts}}\`
- why: {{why}}
- {{evidence}}
- to do: {{fix}}

\`\`\`js
{{source}}
\`\`\`

- at most {{count}} at once, on Node {{nodes}}
- first seen: {{firstSeen}} in {{firstCommit}}
- leaked by: \`{{test}}\`

leaklab keeps this ticket by its label \`{{label}}\`, and closes it when the leak is gone.
`;
