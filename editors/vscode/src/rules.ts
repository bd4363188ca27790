// Parses the output of `massdriver-ls explain`.

/** A rule in the list. */
export interface Rule {
  id: string;
  severity: string;
  title: string;
}

/** Parses the list that `explain` prints: id, severity and title in columns. */
export function parseList(printed: string): Rule[] {
  return printed.split('\n').flatMap((line) => {
    const [, id, severity, title] = /^([a-z0-9-]+) +([a-z]+) +(\S.*)$/.exec(line) ?? [];
    return id !== undefined && severity !== undefined && title !== undefined ? [{ id, severity, title }] : [];
  });
}

/** Converts a page of `explain` to Markdown: a heading, examples as YAML, the rest unchanged. */
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
