// Converts values to YAML, to show and to paste.

import type { Json } from '../src/form';

/** Block YAML that every parser reads as the same values, including `yes` and `1e3`. */
export function toYaml(value: Json): string {
  return `${block(value, '').trimStart()}\n`;
}

function block(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `\n${indent}- ${block(item, `${indent}  `).trimStart()}`).join('');
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return entries
    .map(([key, member]) => {
      const text = block(member, `${indent}  `);
      return `\n${indent}${scalar(key)}:${text.startsWith('\n') ? '' : ' '}${text}`;
    })
    .join('');
}

/** Words that some YAML parsers do not read as strings. */
const AMBIGUOUS = /^(?:~|null|true|false|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z_/][\w./-]*(?: [\w./-]+)*$/;

function scalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !AMBIGUOUS.test(value) ? value : JSON.stringify(value);
}
