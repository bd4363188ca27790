// Renames as a person makes them: in one bundle by one Enter, confirmed where other bundles change.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ask, line, list, run } from './page.mjs';

const preview = (page) => page.locator('.bulk-edit-panel');
const isPreviewed = (page) => preview(page).isVisible();

/** Gives what is at the first `token` another name. */
async function rename(page, text, token, name) {
  await line(page, text).locator('span span').filter({ hasText: token }).first().click();
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input');
  await box.waitFor();
  await box.fill(name);
  await page.keyboard.press('Enter');
}

async function open(page, path) {
  await ask(page, 'Control+P', path);
  await list(page).filter({ hasText: path.split('/').pop() }).first().waitFor();
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
}

async function until(what, look) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

export async function renames(page, folder, { say, shoot }) {
  const code = () => readFileSync(`${folder}/src/main.tf`, 'utf8');
  const before = code();

  await rename(page, 'instance_class:', 'instance_class', 'class');
  await line(page, 'required: [class').waitFor();
  await until('the code to follow', () => code() === before.replace('instance_class', 'class'));
  if (await isPreviewed(page)) throw new Error('a rename within one bundle asks for confirmation');
  await page.keyboard.press('Control+End');
  await line(page, 'DB_CLASS: .params.class').waitFor();
  await shoot('renamed');
  say('one Enter renames a param in the bundle, in jq and in the code, right after opening');

  await page.keyboard.press('Control+Z');
  await line(page, 'required: [instance_class').waitFor();
  await page.keyboard.press('Control+End');
  await line(page, 'DB_CLASS: .params.instance_class').waitFor();
  await open(page, 'src/main.tf');
  await line(page, 'variable "instance_class"').waitFor();
  await page.keyboard.press('Control+S');
  await until('the code to be as before', () => code() === before);
  await run(page, 'View: Revert and Close Editor');
  await line(page, 'DB_CLASS').waitFor();
  await page.keyboard.press('Control+Home');
  say('undo takes it back, in both files');

  const later = `# A comment that the other branch has, longer than the code before it.\n${before}`;
  writeFileSync(`${folder}/src/main.tf`, later);
  await rename(page, 'instance_class:', 'instance_class', 'class');
  await line(page, 'required: [class').waitFor();
  await until('the code to follow', () => code() === later.replace('instance_class', 'class'));
  say('a rename edits step code as it is on disk');

  await confirmed(page, folder, say, shoot);
}

/** A resource type that another bundle names. */
async function confirmed(page, folder, say, shoot) {
  const bundle = (name) => `name: ${name}\nconnections:\n  properties:\n    thing: {$ref: acme-thing}\n`;
  mkdirSync(`${folder}/resource-types/acme-thing`, { recursive: true });
  mkdirSync(`${folder}/other-bundle`);
  writeFileSync(`${folder}/other-bundle/massdriver.yaml`, bundle('other-bundle'));
  const type = 'resource-types/acme-thing/massdriver.yaml';
  writeFileSync(`${folder}/${type}`, 'name: acme-thing\nlabel: Thing\nschema:\n  type: object\n');
  await open(page, type);
  await line(page, 'label: Thing').waitFor();
  await rename(page, 'name: acme-thing', 'acme-thing', 'acme-stuff');
  await preview(page).waitFor();
  await shoot('rename-confirmed');
  const box = (text) => preview(page).locator('.monaco-list-row', { hasText: text }).locator('.monaco-checkbox');
  await box('other-bundle').click();
  await until('the edit to be ticked with its file', async () => (await box('thing:').getAttribute('aria-checked')) === 'true');
  await preview(page).getByRole('button', { name: 'Apply' }).click();
  const other = () => readFileSync(`${folder}/other-bundle/massdriver.yaml`, 'utf8');
  await until('the other bundle to follow', () => other() === bundle('other-bundle').replace('acme-thing', 'acme-stuff'));
  say('changes in another bundle are confirmed');
}
