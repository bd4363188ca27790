// What `massdriver-ls explain` prints, taken apart.

/** A rule in the list of all. */
export interface Rule {
  id: string;
  severity: string;
  title: string;
}

/** The rules in the list that `explain` prints: id, severity and title, in columns. */
export function parseList(printed: string): Rule[] {
  return printed.split('\n').flatMap((line) => {
    const [, id, severity, title] = /^([a-z0-9-]+) +([a-z]+) +(\S.*)$/.exec(line) ?? [];
    return id !== undefined && severity !== undefined && title !== undefined ? [{ id, severity, title }] : [];
  });
}

/** A page of `explain` as Markdown: a heading, examples as YAML, the rest as it is. */
export function toMarkdown(page: string): string {
  const examples = /^(Reported|Correct):\n\n((?: {4}.*\n|\n)+)/gm;
  const example = (_: string, title: string, lines: string) =>
    `**${title}:**\n\n\`\`\`yaml\n${lines.trimEnd().replace(/^ {4}/gm, '')}\n\`\`\`\n\n`;
  return `# ${page}`
    .replace('\n', '\n\n')
    .replace(/^ {2}(?=\S)/gm, '    ')
    .replace(examples, example)
    .replace(/^(To turn it .*:)$/m, '**$1**');
}
