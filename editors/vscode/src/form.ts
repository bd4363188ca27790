// Types of the protocol in docs/form-preview.md, and of the messages between the extension and the page.

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** The values in a form. */
export type Values = Record<string, Json>;
/** A JSON object, such as a schema. */
export type JsonObject = Record<string, Json>;

/** An LSP range. */
export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** The result of `massdriver/formPreview`. */
export interface Form {
  version: number;
  title: string;
  schema: JsonObject;
  uiSchema: JsonObject;
  presets: { name: string; values: Values }[];
  places: { pointer: string; key: Range; range: Range }[];
}

/** The result of `massdriver/formEnvs`. */
export interface Envs {
  envs: ({ name: string; value: string } | { name: string; error: string })[];
}

/** The server's capabilities for forms. */
export interface Abilities {
  preview?: boolean;
  envs?: boolean;
  savePreset?: boolean;
}

/** A message from the extension to the page. */
export type ToPage =
  | { kind: 'form'; form: Form; can: Abilities }
  | { kind: 'stale' }
  | { kind: 'cursor'; pointer: string | null }
  | { kind: 'envs'; envs: Envs['envs'] };

/** A message from the page to the extension. */
export type FromPage =
  | { kind: 'ready' }
  | { kind: 'values'; values: Values }
  | { kind: 'reveal'; pointer: string }
  | { kind: 'copy'; text: string }
  | { kind: 'save'; name: string; values: Values };
