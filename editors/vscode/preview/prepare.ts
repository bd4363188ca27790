// Adapts a bundle's schema and `ui` to the form: what the form does not support becomes a placeholder instead of an error.

import { hasWidget, type Registry, type RJSFSchema } from '@rjsf/utils';
import type { Json, JsonObject } from '../src/form';

/** Placeholder for fields that only the platform's own form has. */
export const PLACEHOLDER = 'placeholder';

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const member = (value: Json | undefined, key: string): Json | undefined => (isObject(value) ? value[key] : undefined);

/** Widgets that the form supports. */
export type Known = Pick<Registry, 'fields' | 'widgets'>;

/**
 * `uiSchema` for this form: custom fields as placeholders, widgets that do not exist or do not fit left out with a word
 * about it, texts as text, `ui:order` open at its end, and what is immutable locked if the instance is `provisioned`.
 */
export function prepare(schema: JsonObject, uiSchema: JsonObject, known: Known, provisioned: boolean): JsonObject {
  const ui: JsonObject = {};
  for (const [key, value] of Object.entries(uiSchema)) if (key.startsWith('ui:')) ui[key] = value;
  const entries = Object.keys(uiSchema).filter((key) => !key.startsWith('ui:') && isObject(uiSchema[key]));
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  for (const name of new Set([...entries, ...properties])) {
    const entry = uiSchema[name];
    ui[name] = prepare(entrySchema(schema, name), isObject(entry) ? entry : {}, known, provisioned);
  }
  if (provisioned && schema['$md.immutable'] === true) ui['ui:readonly'] = true;
  keepAsText(ui);
  replaceField(ui, known);
  dropWidget(ui, schema, known);
  openOrder(ui);
  return ui;
}

/** The schema of a member of `ui`; `{}` if only a condition adds it. */
function entrySchema(schema: JsonObject, key: string): JsonObject {
  const named = member(schema['properties'], key) ?? (key === 'items' || key === 'additionalProperties' ? schema[key] : undefined);
  return isObject(named) ? named : {};
}

/** Text of a bundle is shown without links and images, although the form supports Markdown. */
function keepAsText(ui: JsonObject): void {
  const isMarkdown = (key: string) => /^(ui:)?enableMarkdown/.test(key);
  const without = (options: JsonObject) => Object.fromEntries(Object.entries(options).filter(([key]) => !isMarkdown(key)));
  for (const key of Object.keys(ui).filter(isMarkdown)) Reflect.deleteProperty(ui, key);
  for (const key of ['ui:options', 'ui:globalOptions']) {
    const options = ui[key];
    if (isObject(options)) ui[key] = without(options);
  }
}

function replaceField(ui: JsonObject, { fields }: Known): void {
  const field = ui['ui:field'];
  if (typeof field !== 'string' || field in fields) return;
  ui['ui:field'] = PLACEHOLDER;
  ui['ui:options'] = { ...(isObject(ui['ui:options']) ? ui['ui:options'] : {}), custom: field };
}

function dropWidget(ui: JsonObject, schema: JsonObject, known: Known): void {
  const options = ui['ui:options'];
  const widget = ui['ui:widget'] ?? member(options, 'widget');
  if (typeof widget !== 'string' || widget === 'hidden') return;
  if ((schema['type'] === undefined && schema['enum'] === undefined) || fits(schema, widget, known)) return;
  delete ui['ui:widget'];
  if (isObject(options)) ui['ui:options'] = Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'widget'));
  ui['ui:help'] = `There is no widget ${widget} for this type.`;
}

function fits(schema: JsonObject, widget: string, { widgets }: Known): boolean {
  try {
    return hasWidget(schema as RJSFSchema, widget, widgets);
  } catch {
    return false;
  }
}

/** The form rejects an order that omits a field; the server reports that as a finding. */
function openOrder(ui: JsonObject): void {
  const order = ui['ui:order'];
  if (Array.isArray(order)) ui['ui:order'] = [...new Set([...order.filter((name) => name !== '*'), '*'])];
}
