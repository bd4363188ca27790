// Values as YAML, to look at and to paste.

import type { Json } from '../src/form';

/** Block YAML that any reader takes for the same values, `yes` and `1e3` included. */
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

/** Words that some reader of YAML takes for something other than text. */
const AMBIGUOUS = /^(?:~|null|true|false|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z_/][\w./-]*(?: [\w./-]+)*$/;

function scalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && !AMBIGUOUS.test(value) ? value : JSON.stringify(value);
}
