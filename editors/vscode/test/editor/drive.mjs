// node drive.mjs SCENARIO URL OUT: what a person sees, in VS Code's own page; screenshots land in OUT.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { withPage } from './browser.mjs';
import { expectText, goBehind, hover, line, suggestions } from './page.mjs';
import { renames } from './renames.mjs';

const [scenario, url, out] = process.argv.slice(2);
const start = Date.now();
const say = (what) => console.log(`ok   ${what} (${((Date.now() - start) / 1000).toFixed(1)} s)`);

const status = (page) => page.locator('#massdriver-cloud\\.massdriver\\.massdriver\\.status');
const shoot = async (page, name) => {
  // What appears, fades in.
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${out}/${name}.png` });
};

/** Points at the first `token` on the line with this text. */
async function pointAt(page, text, token) {
  await page.mouse.move(900, 640);
  await hover(page).waitFor({ state: 'hidden' });
  await line(page, text).locator('span span').filter({ hasText: token }).first().hover();
}

async function openBundle(page) {
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.getByRole('treeitem', { name: /massdriver\.yaml/ }).dblclick({ timeout: 60_000 });
  await line(page, 'description').waitFor({ timeout: 30_000 });
  await page.keyboard.press('Control+B');
}

/** Writes the setting into the folder, as if it were part of a clone. */
function setPath(path) {
  const settings = `${new URL(url).searchParams.get('folder')}/.vscode`;
  mkdirSync(settings, { recursive: true });
  writeFileSync(`${settings}/settings.json`, JSON.stringify({ 'massdriver.server.path': path }));
}

/** Writes the setting for the machine, which alone may name a program. */
function setMachinePath(path) {
  const folder = new URL(url).searchParams.get('folder');
  for (const data of ['data', 'user']) {
    const settings = `${folder}/../${data}/Machine`;
    mkdirSync(settings, { recursive: true });
    writeFileSync(`${settings}/settings.json`, JSON.stringify({ 'massdriver.server.path': path }));
  }
}

const HOVERS = [
  ['key', 'provisioner', 'provisioner', /The tool that runs the code/],
  ['param', 'instance_class:', 'instance_class', /db\.t3\.micro/],
];
const HOVERS_BELOW = [
  ['connection', 'vpc:', 'vpc', /connection/],
  ['payload', 'massdriver/postgresql-authentication', 'massdriver', /hostname/],
  ['widget', 'updwon', 'ui:widget', /widget/],
  ['jq-path', 'DB_TAGS', 'default_tags', /default_tags/],
  ['jq-function', 'DB_TAGS', 'tojson', /JSON/],
];
async function hoverOver(page, hovers) {
  for (const [name, text, token, expected] of hovers) {
    await pointAt(page, text, token);
    console.log(`     ${await expectText(hover(page), expected)}`);
    await shoot(page, `hover-${name}`);
  }
}

async function completes(page) {
  const list = suggestions(page);
  await goBehind(page, 'provisioner: opentofu');
  for (let rest = 'opentofu:1.10'.length; rest > 0; rest--) await page.keyboard.press('Backspace');
  await page.keyboard.type('o');
  await expectText(list, /opentofu/);
  await shoot(page, 'completion-provisioner');
  await page.keyboard.press('Enter');
  await line(page, 'provisioner: opentofu').waitFor();
  say('a provisioner is completed');

  await goBehind(page, 'title: Instance class');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Space');
  await expectText(list, /description/);
  await shoot(page, 'completion-keys');
  await page.keyboard.type('des');
  await page.keyboard.press('Enter');
  await line(page, 'description: ').waitFor();
  say('a key is completed');
  await page.keyboard.press('Escape');
}

const SCENARIOS = {
  async bundled(page) {
    await openBundle(page);
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 60_000 });
    say('squiggles');
    await expectText(status(page), /Massdriver 2 2/);
    say('counts in the status bar');

    await page.keyboard.press('Control+Shift+M');
    const problems = page.locator('.markers-panel .monaco-list-row');
    await problems.filter({ hasText: '`int` is not a type' }).waitFor();
    await shoot(page, 'findings');
    await page.keyboard.press('Control+J');
    say('problems');

    await hoverOver(page, HOVERS);
    say('hovers');

    await pointAt(page, 'type: int', 'int');
    await expectText(hover(page), /schema-type-unknown/);
    await shoot(page, 'hover-finding');
    await hover(page).locator('a', { hasText: 'schema-type-unknown' }).first().click();
    const explanation = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await explanation.getByRole('heading', { name: 'schema-type-unknown (error)' }).waitFor();
    await shoot(page, 'explanation');
    await page.getByRole('tab', { name: /massdriver\.yaml/ }).click();
    say('the code opens the explanation');

    await line(page, 'type: int').locator('span span').last().click();
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget', { hasText: 'Replace with `integer`' }).waitFor();
    await shoot(page, 'fix');
    await page.keyboard.press('Enter');
    await line(page, 'type: integer').waitFor();
    await expectText(status(page), /Massdriver 1 2/);
    say('a quick fix removes its finding');

    await completes(page);

    await page.keyboard.press('Control+End');
    await line(page, 'GREETING').waitFor();
    await shoot(page, 'jq');
    await hoverOver(page, HOVERS_BELOW);
    say('hovers in the lower half');
  },

  /** Names, in all files that use them. */
  async renames(page) {
    await openBundle(page);
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 60_000 });
    const folder = new URL(url).searchParams.get('folder');
    await renames(page, folder, { say, shoot: (name) => shoot(page, name) });
  },

  /** Nothing bundled, nothing on the PATH; then a setting names the server. */
  async missing(page) {
    await openBundle(page);
    const message = page.locator('.notification-toast', { hasText: 'massdriver-ls is not installed' });
    await message.waitFor({ timeout: 60_000 });
    await message.getByRole('button', { name: 'How to Install' }).waitFor();
    await shoot(page, 'missing');
    await message.getByRole('button', { name: 'Choose in Settings' }).click();
    await page.locator('.settings-editor', { hasText: 'Path of massdriver-ls' }).first().waitFor();
    await shoot(page, 'missing-settings');
    await page.keyboard.press('Escape');
    say('a missing server is reported, with actions to fix it');
    setMachinePath(process.env.SERVER);
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 30_000 });
    await expectText(status(page), /Massdriver 2 2/);
    say('the setting takes effect at once');
  },

  /** A folder that is not trusted names a program of its own. */
  async untrusted(page) {
    setPath(process.env.INTRUDER);
    await openBundle(page);
    await page.locator('.monaco-editor .squiggly-error').first().waitFor({ timeout: 60_000 });
    await expectText(page.locator('.statusbar').first(), /Restricted Mode/);
    await shoot(page, 'untrusted');
    if (existsSync(`${process.env.INTRUDER}-ran`)) throw new Error('the program of an untrusted folder was run');
    say('an untrusted folder gets findings, but its program is not run');
  },

  /** The form beside the text. */
  async form(page) {
    const violations = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text());
    });
    await openBundle(page);
    await page.getByRole('button', { name: 'Open Form Preview' }).click({ timeout: 60_000 });
    const form = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await form.getByRole('heading', { name: 'aws-rds-postgres' }).waitFor();
    const values = form.getByTestId('values');
    await expectText(values, /^backups: false/);
    await expectText(form.getByRole('table'), /DB_CLASS `.params.instance_class` has no value. DB_HOST shop-prod-database-\w+\.us-east-1/);
    await shoot(page, 'form-opened');
    say('the form is shown, with defaults and the environment that they give');

    await form.getByLabel('Preset').selectOption('Development');
    await expectText(values, /instance_class: "?db.t3.micro"? storage_gb: 20/);
    await expectText(form.getByRole('table'), /DB_CLASS db.t3.micro/);
    await form.getByLabel('Instance class').selectOption('db.r6g.large');
    await expectText(form.getByRole('table'), /DB_CLASS db.r6g.large/);
    say('presets and fields change values and environment');

    await form.getByLabel('Storage (GB)').fill('3');
    await form.getByText('must be at least 20').waitFor();
    await expectText(page.locator('.active-line-number').first(), /^22$/);
    await form.getByLabel('Storage (GB)').fill('30');
    await form.getByLabel('Subnet').selectOption({ index: 1 });
    await expectText(values, /subnet: "?arn:aws:/);
    await form.getByLabel('Backups').check();
    await form.getByLabel('Days to keep').waitFor();
    await expectText(values, /days: 7/);
    await form.getByText('regionsDropdown').waitFor();
    say('constraints, computed choices, conditions and custom fields are shown, and a field leads to its definition');

    await line(page, 'title: Backups').click();
    await page.keyboard.press('Control+Home');
    await line(page, 'enum:').click();
    await form.locator('.here[data-pointer="/instance_class"]').waitFor();
    await form.getByLabel('provisioned').check();
    if (await form.getByLabel('Instance class').isEnabled()) throw new Error('what is immutable can be changed');
    await shoot(page, 'form');
    say('the param at the cursor is marked, immutable params are locked');

    await form.getByPlaceholder('Name of the preset').fill('Large');
    await form.getByRole('button', { name: 'Save as Preset' }).click();
    await line(page, '__name: Large').waitFor();
    await expectText(form.getByLabel('Preset'), /Development Large/);
    await line(page, 'small and cheap').waitFor();
    await shoot(page, 'form-saved');
    say('a preset is saved into the file, and offered');

    await goBehind(page, 'title: Storage');
    await page.keyboard.type(' now');
    await form.getByLabel('Storage (GB) now').waitFor();
    say('the form follows the text');

    await goBehind(page, 'enum:');
    await page.keyboard.press('Enter');
    await page.keyboard.type('%');
    await form.getByText('The text is broken').waitFor();
    await shoot(page, 'form-stale');
    say('a broken text leaves the last form, marked');
    if (violations.length > 0) throw new Error(violations.join('\n'));
  },
};

await withPage(async (page) => {
  try {
    await SCENARIOS[scenario](page);
  } catch (error) {
    console.error(`FAIL ${scenario}: ${error.message}`);
    await shoot(page, `failed-${scenario}`);
    process.exitCode = 1;
  }
});
