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
