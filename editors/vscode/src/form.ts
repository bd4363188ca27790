// What docs/form-preview.md describes, and what the preview's two halves say to each other.

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** The values in a form. */
export type Values = Record<string, Json>;
/** An object of JSON, such as a schema. */
export type JsonObject = Record<string, Json>;

/** A range as LSP has it. */
export interface Range {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** The answer to `massdriver/formPreview`. */
export interface Form {
  version: number;
  title: string;
  schema: JsonObject;
  uiSchema: JsonObject;
  presets: { name: string; values: Values }[];
  places: { pointer: string; key: Range; range: Range }[];
}

/** The answer to `massdriver/formEnvs`. */
export interface Envs {
  envs: ({ name: string; value: string } | { name: string; error: string })[];
}

/** What the server says that it can do for forms. */
export interface Abilities {
  preview?: boolean;
  envs?: boolean;
  savePreset?: boolean;
}

/** From the extension to the page. */
export type ToPage =
  | { kind: 'form'; form: Form; can: Abilities }
  | { kind: 'stale' }
  | { kind: 'cursor'; pointer: string | null }
  | { kind: 'envs'; envs: Envs['envs'] };

/** From the page to the extension. */
export type FromPage =
  | { kind: 'ready' }
  | { kind: 'values'; values: Values }
  | { kind: 'reveal'; pointer: string }
  | { kind: 'copy'; text: string }
  | { kind: 'save'; name: string; values: Values };
