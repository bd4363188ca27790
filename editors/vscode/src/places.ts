// Where params are defined.

import type { Form } from './form';

/** The JSON pointer of the innermost definition that contains a position, if any. */
export function innermost(places: Form['places'], { line, character }: { line: number; character: number }): string | null {
  const around = places.filter(
    ({ range: { start, end } }) =>
      (start.line < line || (start.line === line && start.character <= character)) &&
      (line < end.line || (line === end.line && character <= end.character)),
  );
  return around.reduce<string | null>((best, { pointer }) => (best === null || pointer.length > best.length ? pointer : best), null);
}
