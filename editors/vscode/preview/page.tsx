// The page with the form. Independent of VS Code: receives messages as props and sends them through `say`.

import Form, { getDefaultRegistry } from '@rjsf/core';
import type { FieldProps, FieldTemplateProps, RJSFSchema, UiSchema } from '@rjsf/utils';
import { Component, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Abilities, Envs, Form as Bundle, FromPage, JsonObject, Values } from '../src/form';
import { PLACEHOLDER, prepare } from './prepare';
import { validator } from './validator';
import { toYaml } from './yaml';

/** The content of the page. */
export interface Shown {
  form: Bundle;
  can: Abilities;
  stale: boolean;
  cursor: string | null;
  envs: Envs['envs'];
}

type Say = (message: FromPage) => void;

const registry = getDefaultRegistry();
/** No branch of a `oneOf` is preselected. */
const NOTHING_CHOSEN = { constAsDefaults: 'skipOneOf' } as const;
const fields = { [PLACEHOLDER]: Placeholder };

/** The whole page; `filled` has the initial values of the form. */
export function Page({ shown, say, filled = {} }: { shown: Shown; say: Say; filled?: Values }) {
  const { form, can, stale, cursor, envs } = shown;
  const [values, setValues] = useState<Values>(filled);
  const [provisioned, setProvisioned] = useState(false);
  const uiSchema = useMemo(() => {
    const ui = prepare(form.schema, form.uiSchema, registry, provisioned);
    return { ...ui, 'ui:submitButtonOptions': { norender: true } };
  }, [form, provisioned]);
  useEffect(() => { say({ kind: 'values', values }); }, [values, form, say]);

  return (
    <main className={stale ? 'stale' : ''}>
      <header>
        <h1>{form.title}</h1>
        <label>
          Preset{' '}
          <select value="" onChange={(event) => { setValues(form.presets[Number(event.target.value)]?.values ?? {}); }}>
            <option value="">Choose…</option>
            <option value="-1">Defaults</option>
            {form.presets.map(({ name }, index) => <option key={index} value={index}>{name}</option>)}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={provisioned} onChange={(event) => { setProvisioned(event.target.checked); }} /> provisioned
        </label>
        {stale && <p role="status">The text is broken: this is the last form that could be read.</p>}
      </header>
      <Fence key={JSON.stringify([form.schema, uiSchema])}>
        <Form
          schema={form.schema as RJSFSchema}
          uiSchema={uiSchema as UiSchema}
          formData={values}
          formContext={{ cursor, reveal: (pointer: string) => { say({ kind: 'reveal', pointer }); } }}
          validator={validator}
          fields={fields}
          templates={{ FieldTemplate: Field }}
          liveValidate="onChange"
          showErrorList={false}
          noHtml5Validate
          useFallbackUiForUnsupportedType
          experimental_defaultFormStateBehavior={NOTHING_CHOSEN}
          tagName="div"
          onChange={({ formData }) => { setValues((formData ?? {}) as Values); }}
        />
      </Fence>
      <Result values={values} can={can} say={say} />
      {envs.length > 0 && <Environment envs={envs} />}
    </main>
  );
}

/** A field that reports its location, and is marked while the cursor is at its definition. */
function Field(props: FieldTemplateProps) {
  const { reveal, cursor } = props.registry.formContext as { cursor: string | null; reveal: (pointer: string) => void };
  const pointer = props.fieldPathId.path.map((step) => `/${typeof step === 'number' ? '*' : step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const Default = registry.templates.FieldTemplate;
  if (pointer === '') return <Default {...props} />;
  const leaf = props.schema.type !== 'object' && props.schema.type !== 'array';
  const goThere = (event: { stopPropagation: () => void }) => {
    event.stopPropagation();
    reveal(pointer);
  };
  return (
    <div data-pointer={pointer} className={pointer === cursor ? 'here' : ''} onClick={goThere} {...(leaf && { onFocus: goThere })}>
      <Default {...props} />
    </div>
  );
}

/** A placeholder for what only the platform's own form can show. */
function Placeholder({ schema, name, uiSchema }: FieldProps) {
  const custom = String((uiSchema?.['ui:options'] as JsonObject | undefined)?.['custom']);
  return (
    <div className="placeholder">
      <label>{schema.title ?? name}</label>
      <p>The field <code>{custom}</code> is shown on the platform only.</p>
    </div>
  );
}

function Result({ values, can, say }: { values: Values; can: Abilities; say: Say }) {
  const [name, setName] = useState('');
  const text = toYaml(values);
  return (
    <section>
      <h2>Values</h2>
      <pre data-testid="values">{text}</pre>
      <button type="button" onClick={() => { say({ kind: 'copy', text }); }}>Copy</button>
      {can.savePreset === true && (
        <form onSubmit={(event) => { event.preventDefault(); say({ kind: 'save', name: name.trim(), values }); }}>
          <input value={name} placeholder="Name of the preset" onChange={(event) => { setName(event.target.value); }} />
          <button type="submit" disabled={name.trim() === ''}>Save as Preset</button>
        </form>
      )}
    </section>
  );
}

function Environment({ envs }: { envs: Envs['envs'] }) {
  return (
    <section>
      <h2>Environment</h2>
      <table>
        <tbody>
          {envs.map((env) => (
            <tr key={env.name}>
              <th scope="row">{env.name}</th>
              {'value' in env ? <td>{env.value}</td> : <td className="error">{env.error}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Catches rendering errors of the form; the next form is rendered again. */
class Fence extends Component<{ children: ReactNode }, { error: string | null }> {
  override state = { error: null as string | null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <p className="error" role="alert">The form cannot be drawn: {this.state.error}</p>;
  }
}
