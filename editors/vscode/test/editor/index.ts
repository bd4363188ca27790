// Runs in VS Code's extension host: the extension as other extensions and VS Code itself see it, through the `vscode` API.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

const folder = (): vscode.Uri => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, 'a folder is open');
  return first.uri;
};
const file = (name: string) => vscode.Uri.joinPath(folder(), name);
const open = async (uri: vscode.Uri) => vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });

/** Lines that begin so are printed by the script that runs this. */
function say(line: string): void {
  console.log(`[test] ${line}`);
}

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const seen = await look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited 20 s in vain for ${what}`);
}

const found = (uri: vscode.Uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'massdriver');
const code = (diagnostic: vscode.Diagnostic) => (typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code);
const places = (uri: vscode.Uri) => found(uri).map((one) => `${one.range.start.line + 1} ${code(one)}`).sort();

/** At most this many actions of a list are resolved. */
const RESOLVED = 20;

const WRONG = ['1 name-invalid', '20 default-not-allowed', '22 schema-type-unknown', '40 ui-widget-unknown'];
const wrong = (uri: vscode.Uri) => places(uri).filter((place) => WRONG.includes(place));

const tests: Record<string, () => Promise<void>> = {
  'a broken bundle has its findings': async () => {
    const { document } = await open(file('massdriver.yaml'));
    assert.equal(document.languageId, 'yaml');
    await until('findings', () => found(document.uri).length > 0);
    assert.deepEqual(wrong(document.uri), WRONG);
  },

  'the code of a finding leads to its explanation, in the editor': async () => {
    const [first] = found(file('massdriver.yaml'));
    assert.ok(typeof first?.code === 'object');
    const document = await vscode.workspace.openTextDocument(first.code.target);
    assert.ok(document.getText().startsWith(`# ${first.code.value} (`), document.getText());
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) ?? false, false);
  },

  'the command explains a rule': async () => {
    await vscode.commands.executeCommand('massdriver.explainRule', 'name-invalid');
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.ok(activeTab?.input instanceof vscode.TabInputCustom, 'it is a page, not text');
    assert.equal(activeTab.input.uri.toString(), 'massdriver-rule:/name-invalid.md');
  },

  'a hover explains the key under the mouse': async () => {
    const uri = file('massdriver.yaml');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, new vscode.Position(5, 6));
    const text = hovers.flatMap(({ contents }) => contents).map((part) => (part as vscode.MarkdownString).value).join('\n');
    assert.match(text, /path/);
  },

  'quick fixes remove findings': async () => {
    const { document } = await open(file('massdriver.yaml'));
    for (const [line, expected] of [[0, 'name: aws-rds-postgres'], [21, '      type: integer'], [39, '    ui:widget: updown']] as const) {
      const diagnostic = found(document.uri).find(({ range }) => range.start.line === line);
      assert.ok(diagnostic);
      const fix = await until(`a fix for line ${line + 1}`, async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, diagnostic.range, 'quickfix', RESOLVED);
        return actions.find(({ isPreferred }) => isPreferred === true);
      });
      assert.ok(fix.edit);
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(document.lineAt(line).text, expected);
    }
    await until('fixed findings to go', () => wrong(document.uri).join() === '20 default-not-allowed');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('findings after undoing', () => wrong(document.uri).length === WRONG.length);
  },

  'settings reach the server': async () => {
    const settings = vscode.workspace.getConfiguration('massdriver');
    await settings.update('rules', { 'name-invalid': 'off', 'ui-widget-unknown': 'error' }, vscode.ConfigurationTarget.Workspace);
    const uri = file('massdriver.yaml');
    await until('the finding to go', () => !wrong(uri).includes('1 name-invalid'));
    const widget = found(uri).find((one) => code(one) === 'ui-widget-unknown');
    assert.equal(widget?.severity, vscode.DiagnosticSeverity.Error);
    await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    await until('the finding to return', () => wrong(uri).length === WRONG.length);
  },

  'the server can be restarted, twice at once': async () => {
    const restart = () => vscode.commands.executeCommand('massdriver.restart');
    await Promise.all([restart(), restart()]);
    await until('findings of the new server', () => wrong(file('massdriver.yaml')).length === WRONG.length);
  },

  'massdriver.yml and resource types are served, other YAML is not': async () => {
    const resourceType = file('resource-types/thing/massdriver.yml');
    await vscode.workspace.fs.writeFile(resourceType, Buffer.from('name: thing\nlabel: Thing\nschema:\n  type: objekt\n'));
    await open(resourceType);
    await until('findings in a resource type', () => places(resourceType).includes('4 schema-type-unknown'));
    await open(file('other.yaml'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(found(file('other.yaml')), []);
  },

  'mass runs in a terminal': async () => {
    await open(file('massdriver.yaml'));
    let ended: number | undefined;
    vscode.tasks.onDidEndTaskProcess(({ exitCode }) => { ended = exitCode ?? -1; });
    void vscode.commands.executeCommand('massdriver.bundle.lint');
    await until('mass to end', () => ended !== undefined);
    assert.equal(ended, 0);
    const said = Buffer.from(await vscode.workspace.fs.readFile(file('mass-was-called'))).toString();
    assert.equal(said.trim(), `bundle lint in ${folder().fsPath}`);
  },

  'a rename is complete as soon as a bundle is open, and on code that has changed since': async () => {
    const [text, code] = ['steps:\n  - path: src\n    provisioner: opentofu\nparams:\n  properties:\n    size: {type: string}\n', 'variable "size" {}\n'];
    const [bundle, main] = [file('fresh/massdriver.yaml'), file('fresh/src/main.tf')];
    await vscode.workspace.fs.writeFile(bundle, Buffer.from(text));
    await vscode.workspace.fs.writeFile(main, Buffer.from(code));
    const place = new vscode.Position(5, 5);
    const rename = async () => {
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', bundle, place, 'nodes');
      return edit.entries().map(([uri, edits]) => [uri.path.slice(file('fresh/').path.length), ...edits.map(({ range }) => range.start.line)]);
    };
    await vscode.workspace.openTextDocument(bundle);
    assert.deepEqual(await rename(), [['massdriver.yaml', 5], ['src/main.tf', 0]]);
    writeFileSync(main.fsPath, `# Moved down.\n\n${code}`);
    assert.deepEqual(await rename(), [['massdriver.yaml', 5], ['src/main.tf', 2]]);
  },

  'a program in the directory of a step has its language and its findings': async () => {
    await vscode.workspace.fs.writeFile(file('src/artifact_database.jq'), Buffer.from('.params.nothing\n'));
    const { document } = await open(file('src/artifact_database.jq'));
    assert.equal(document.languageId, 'jq');
    await until('findings in it', () => found(document.uri).length > 0);
  },

  'the form is requested from the server': async () => {
    await open(file('massdriver.yaml'));
    await vscode.commands.executeCommand('massdriver.preview');
    const shown = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === 'Form of massdriver.yaml');
    await until('the form', shown);
  },
};

/** Called by VS Code; throws when a test fails. */
export async function run(): Promise<void> {
  say(`VS Code ${vscode.version}`);
  for (const [name, test] of Object.entries(tests)) {
    const start = Date.now();
    try {
      await test();
    } catch (error) {
      say(`FAIL ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      say(`findings: ${places(file('massdriver.yaml')).join(', ')}`);
      throw error;
    }
    say(`ok   ${name} (${Date.now() - start} ms)`);
  }
}
