// node pictures.mjs URL OUT [NAME…]: the pictures of docs/features.md, taken of VS Code's own page; all, or those named.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { withPage } from './browser.mjs';
import { ask, compare, editor, expectText, explain, group, hover, line, list, menu, menuOf, offer, press, run, suggestions, unfold } from './page.mjs';

const [url, out, ...names] = process.argv.slice(2);
const folder = new URL(url).searchParams.get('folder');
const ERROR = '.squiggly-error';

/** The lines of the file in front. */
let lines;

/** Opens a file of the folder, and waits for marks that its findings have. */
async function open(page, path, findings) {
  lines = readFileSync(`${folder}/${path}`, 'utf8').split('\n');
  await ask(page, 'Control+P', path);
  // At first it lists what was open before.
  const [directory, name] = path.split('/').slice(-2);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).filter({ hasText: directory }).waitFor();
  await page.keyboard.press('Enter');
  await line(page, lines[0]).waitFor();
  if (findings) await page.locator(findings).first().waitFor();
  // The folds and colours of the text, too.
  else await page.waitForTimeout(500);
}

/** Puts the cursor into the line with this start, at an offset from the start of a token. */
async function goTo(page, begin, token = begin.trim(), letters = 0) {
  const at = lines.findIndex((one) => one.startsWith(begin));
  if (at < 0) throw new Error(`no line begins with ${begin}`);
  await ask(page, 'Control+G', `:${at + 1}:${lines[at].indexOf(token) + 1 + letters}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** What a rename would change, in all files; `keys` asks for it. */
async function renamePreview(page, name, keys) {
  await page.keyboard.press('F2');
  await page.locator('.rename-box input').fill(name);
  await page.keyboard.press(keys);
  return preview(page);
}

/** The preview of changes, as large as it can be. */
async function preview(page) {
  const panel = page.locator('.bulk-edit-panel');
  await panel.waitFor();
  await run(page, 'View: Toggle Maximized Panel');
  cleaning.push(() => panel.getByRole('button', { name: 'Discard' }).click());
  cleaning.push(() => run(page, 'View: Toggle Maximized Panel'));
  await page.waitForTimeout(500);
  return { around: [page.locator('.part.panel .composite.title'), panel.locator('.monaco-list-row').last()], pad: 4 };
}

/** What is to be undone after a picture; the last first. */
const cleaning = [];

/** Changes the settings of the folder for `work`, which takes one picture. */
async function withSettings(page, values, work) {
  const path = `${folder}/.vscode/settings.json`;
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(before), ...values }, null, 2));
  await page.waitForTimeout(1_500);
  cleaning.push(() => { writeFileSync(path, before); });
  return work();
}

/** Stands in for the platform: an organization with these resource types. */
function platform(...names) {
  const schema = { type: 'object', properties: { data: { type: 'object' } } };
  const items = names.map((name) => ({ id: name, name, icon: null, connectionOrientation: 'LINK', schema }));
  const reply = JSON.stringify({ data: { resourceTypes: { items, cursor: { next: null } } } });
  const server = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(reply));
  return server.listen(new URL(process.env.MASSDRIVER_URL).port, '127.0.0.1');
}

/** How to get to each, and what of the page it shows: see `box`. */
const PICTURES = {
  async findings(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await run(page, 'View: Focus Problems');
    await page.locator('.markers-panel .monaco-list-row').filter({ hasText: '`int` is not a type' }).waitFor();
    return { around: [group(page), page.locator('.part.panel')], pad: 0 };
  },
  async finding(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '      type: int', 'int');
    await explain(page, /schema-type-unknown/);
    return { around: [hover(page)], rows: ['      enum:', '      title: Replicas'] };
  },
  async explanation(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '      type: int', 'int');
    await explain(page, /schema-type-unknown/);
    await hover(page).locator('a', { hasText: 'schema-type-unknown' }).first().click();
    await page.mouse.move(1, 1);
    const explanation = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await explanation.getByRole('heading', { name: 'schema-type-unknown (error)' }).waitFor();
    return { around: [group(page)], pad: 0 };
  },
  async quick_fix(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '      type: int', 'int');
    await menuOf(page, 'Control+.', /Replace with `integer`/);
    return { around: [menu(page)], rows: ['    replicas', '      title: Replicas'] };
  },
  async fix_all(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await run(page, 'Fix All');
    await line(page, 'type: integer').waitFor();
    await compare(page);
    return { around: [group(page)], pad: 0 };
  },
  async completion_keys(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '      title: Instance class', 'Instance class', 'Instance class'.length);
    await page.keyboard.press('Enter');
    await offer(page, /default/, true);
    return { around: [suggestions(page), page.locator('.suggest-details-container')], rows: ['    instance_class:'] };
  },
  async completion_values(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    provisioner:', 'opentofu', 'opentofu:1.10'.length);
    await press(page, 'Backspace', 'opentofu:1.10'.length);
    await offer(page, /opentofu/, true);
    return { around: [suggestions(page), page.locator('.suggest-details-container')], rows: ['steps:'] };
  },
  async completion_types(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, '      $ref: acme', 'acme', 'acme-queue'.length);
    await press(page, 'Backspace', 'acme-queue'.length);
    await offer(page, /acme-queue/);
    return { around: [suggestions(page)], rows: ['    queue:'] };
  },
  async completion_blocks(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '  properties:', 'properties:', 'properties:'.length);
    await page.keyboard.press('Enter');
    await page.keyboard.type('  Choice');
    await expectText(suggestions(page), /Choice with labels/);
    return { around: [suggestions(page)], rows: ['  properties:', '      description: How'] };
  },
  async completion_names(page) {
    await open(page, 'cache/massdriver.yaml');
    await goTo(page, '  ui:order:', 'replica', 'replica'.length);
    await press(page, 'Backspace', 'replica'.length);
    await offer(page, /ttl/);
    return { around: [suggestions(page)], rows: ['ui:'] };
  },
  async completion_jq(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, '    DATABASE_HOST:', '.hostname', 1);
    await press(page, 'Delete', 'hostname'.length);
    await offer(page, /username/);
    return { around: [suggestions(page)], rows: ['app:'], width: 700 };
  },
  async hover_key(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    provisioner:', 'provisioner', 3);
    await explain(page, /The tool that runs the code/);
    return { around: [hover(page)], rows: ['steps:', 'params:'] };
  },
  async hover_param(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    storage_gb:', 'storage_gb', 2);
    await explain(page, /at least 20/);
    return { around: [hover(page)], rows: ['    storage_gb:', '      minimum:'] };
  },
  async hover_type(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '      $ref: postgresql', 'postgresql', 2);
    await explain(page, /hostname/);
    return { around: [hover(page)], rows: ['artifacts:', '      $ref: postgresql'] };
  },
  async hover_jq(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, '    BASE_URL:', '.params', 9);
    await explain(page, /domain/);
    return { around: [hover(page)], rows: ['    LOG_LEVEL:', '    LABELS:'] };
  },
  async signature(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, '      | join', '","', 3);
    await page.keyboard.press('Control+Shift+Space');
    await page.locator('.parameter-hints-widget.visible').waitFor();
    return { around: [page.locator('.parameter-hints-widget.visible')], rows: ['    LABELS', '  policies:'] };
  },
  async workspace_findings(page) {
    return withSettings(page, { 'massdriver.workspaceDiagnostics': true }, async () => {
      await open(page, 'shop/massdriver.yaml');
      await run(page, 'View: Focus Problems');
      await run(page, 'View: Toggle Maximized Panel');
      cleaning.push(() => run(page, 'View: Toggle Maximized Panel'));
      await page.locator('.markers-panel .monaco-list-row').filter({ hasText: '`int` is not a type' }).waitFor();
      return { around: [page.locator('.part.panel .composite.title'), page.locator('.markers-panel .monaco-list-row').last()], pad: 4 };
    });
  },
  async jq_files(page) {
    await open(page, 'shop/chart/artifact_events.jq');
    await goTo(page, '    region:', '.region', 1);
    await press(page, 'Delete', 'region'.length);
    await offer(page, /region/);
    return { around: [suggestions(page)], rows: ['# What', '}'] };
  },
  async definition(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '  ui:order:', 'storage_gb', 2);
    await run(page, 'Peek Definition');
    await unfold(page);
    return { around: [group(page)], pad: 0 };
  },
  async references(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    backup_days:', 'backup_days', 2);
    await page.keyboard.press('Shift+F12');
    await unfold(page);
    return { around: [group(page)], pad: 0 };
  },
  async rename(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    instance_class:', 'instance_class', 2);
    return renamePreview(page, 'class', 'Control+Enter');
  },
  async rename_refused(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    instance_class:', 'instance_class', 2);
    await page.keyboard.press('F2');
    await page.locator('.rename-box input').fill('storage_gb');
    await page.keyboard.press('Enter');
    const message = page.locator('.notification-toast');
    await message.hover();
    await expectText(message, /already exists in line/);
    cleaning.push(() => run(page, 'Notifications: Clear All Notifications'));
    return { around: [message] };
  },
  async highlights(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    storage_gb:', 'storage_gb', 2);
    await page.locator('.wordHighlightStrong').first().waitFor();
    return { rows: ['  examples:', '      minimum:'] };
  },
  async linked_editing(page) {
    return withSettings(page, { '[yaml]': { 'editor.linkedEditing': true, 'editor.quickSuggestions': false } }, async () => {
      await open(page, 'shop/massdriver.yaml');
      await goTo(page, '    replicas:', 'replicas', 'replicas'.length);
      await page.locator('.linked-editing-decoration').first().waitFor();
      await page.keyboard.type('_min');
      await line(page, 'replicas_min').waitFor();
      return { rows: ['  examples:', '      minimum: 1'] };
    });
  },
  async outline(page) {
    return withSettings(page, { 'breadcrumbs.enabled': true, 'outline.collapseItems': 'alwaysExpand' }, async () => {
      await open(page, 'shop/massdriver.yaml');
      await run(page, 'Explorer: Focus on Outline View');
      cleaning.push(() => page.keyboard.press('Control+B'));
      await page.getByRole('button', { name: 'Explorer Section: bundle', expanded: true }).click();
      cleaning.push(() => page.getByRole('button', { name: 'Explorer Section: bundle', expanded: false }).click());
      await page.locator('.outline-pane .monaco-list-row', { hasText: 'replicas' }).first().waitFor();
      await goTo(page, '      title: Log level');
      await page.waitForTimeout(500);
      return { around: [page.locator('.part.sidebar'), group(page)], pad: 0 };
    });
  },
  async symbols(page) {
    await ask(page, 'Control+T', '#data');
    await list(page).filter({ hasText: 'database' }).nth(1).waitFor();
    await page.waitForTimeout(500);
    return { around: [page.locator('.quick-input-widget')], pad: 4 };
  },
  async folding(page) {
    await open(page, 'database/massdriver.yaml');
    await run(page, 'Fold Level 2');
    await line(page, 'properties:').waitFor();
    await page.waitForTimeout(300);
    return { rows: ['name:', 'ui:'] };
  },
  async selection(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, '      title: Log level', 'level', 1);
    await press(page, 'Shift+Alt+ArrowRight', 5);
    return { rows: ['    replicas:', '    domain:'] };
  },
  async jq_colours(page) {
    await open(page, 'shop/massdriver.yaml');
    await goTo(page, 'app:');
    return { rows: ['app:', '  policies:'], width: 700 };
  },
  async inlay_hints(page) {
    return withSettings(page, { 'massdriver.inlayHints': ['types', 'defaults', 'variables'] }, async () => {
      await open(page, 'database/massdriver.yaml');
      await goTo(page, '    upgrade_window:');
      await expectText(line(page, 'backup_days'), /number/);
      return { rows: ['    backups', '    upgrade_window'] };
    });
  },
  async inlay_hints_jq(page) {
    return withSettings(page, { 'massdriver.inlayHints': ['types', 'defaults', 'variables'] }, async () => {
      await open(page, 'shop/massdriver.yaml');
      await goTo(page, 'app:');
      await expectText(line(page, 'ORDERS_URL'), /string/);
      return { rows: ['app:', '  policies:'], width: 760 };
    });
  },
  async code_lenses(page) {
    return withSettings(page, { 'massdriver.codeLens': true }, async () => {
      await open(page, 'shop/massdriver.yaml');
      await page.locator('.codelens-decoration', { hasText: 'uses' }).first().waitFor();
      return { rows: ['params:', '      title: Log level'] };
    });
  },
  async links(page) {
    await open(page, 'database/massdriver.yaml');
    await line(page, 'https:').locator('span span', { hasText: 'https' }).last().hover();
    await expectText(hover(page), /Follow link/);
    return { around: [hover(page)], rows: ['name:', '    provisioner'] };
  },
  async formatting(page) {
    return withSettings(page, { 'editor.renderWhitespace': 'all' }, async () => {
      await open(page, 'worker/massdriver.yaml');
      await run(page, 'Format Document');
      await page.waitForTimeout(500);
      await compare(page);
      return { around: [group(page)], pad: 0 };
    });
  },
  async refactorings(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    backup_days:', 'backup_days', 2);
    await menuOf(page, 'Control+Shift+R', /only when `backups` is set/);
    return { around: [menu(page)], rows: ['    backups:', '      default: 7'] };
  },
  async refactor_condition(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    backup_days:', 'backup_days', 2);
    await menuOf(page, 'Control+Shift+R', /only when `backups` is set/);
    await menu(page).getByText('only when `backups` is set').click();
    await line(page, 'oneOf:').waitFor();
    await compare(page);
    return { around: [group(page)], pad: 0 };
  },
  async refactor_anchor(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, '    backup_window:', 'backup_window', 2);
    await menuOf(page, 'Control+Shift+R', /Share the schema/);
    await menu(page).getByText('Share the schema').click();
    await line(page, '&backup_window').waitFor();
    await compare(page);
    return { around: [group(page)], pad: 0 };
  },
  async refactor_format(page) {
    await open(page, 'database/massdriver.yaml');
    await goTo(page, 'connections:', 'connections', 2);
    await menuOf(page, 'Control+Shift+R', /Convert to `dependencies`/);
    await menu(page).getByText('Convert to `dependencies`').click();
    await line(page, 'dependencies:').waitFor();
    await compare(page);
    return { around: [group(page)], pad: 0 };
  },
  async iac(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '    replicas:', 'replicas', 2);
    await explain(page, /iac-missing-variable/);
    return { around: [hover(page)], rows: ['    node_type:', '      title: Replicas'] };
  },
  async iac_fix(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '    replicas:', 'replicas', 1);
    await menuOf(page, 'Control+.', /Declare the variable in `src\/variables.tf`/);
    return { around: [menu(page)], rows: ['    replicas:', '      title: Replicas'] };
  },
  async hover_tf(page) {
    await open(page, 'database/src/main.tf');
    await goTo(page, '  allocated_storage', 'storage_gb', 2);
    await explain(page, /at least 20/);
    return { around: [hover(page)], rows: ['resource "aws', '  backup_retention'] };
  },
  async type_rename(page) {
    await open(page, 'resource-types/acme-queue/massdriver.yaml');
    await goTo(page, 'name:', 'acme-queue', 2);
    // Other bundles change: it is shown without being asked for.
    return renamePreview(page, 'acme-stream', 'Enter');
  },
  async jq_findings(page) {
    await open(page, 'worker/massdriver.yaml', '.squiggly-warning, .squiggly-error');
    await goTo(page, '    QUEUE:', 'adress', 2);
    await explain(page, /adress/);
    return { around: [hover(page)], rows: ['app:', '    QUEUE:'] };
  },
  async type_references(page) {
    await open(page, 'resource-types/acme-queue/massdriver.yaml');
    await goTo(page, 'name:', 'acme-queue', 2);
    await page.keyboard.press('Shift+F12');
    await unfold(page);
    return { around: [group(page)], pad: 0 };
  },
  async form(page) {
    await open(page, 'shop/massdriver.yaml');
    await page.getByRole('button', { name: 'Open Form Preview' }).click();
    const form = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await form.getByRole('heading', { name: 'shop' }).waitFor();
    await form.getByLabel('Preset').selectOption('Development');
    await expectText(form.getByTestId('values'), /log_level: debug/);
    await form.getByLabel('Domain').fill('shop.example.com');
    await expectText(form.getByRole('table'), /shop.example.com/);
    await line(page, 'title: Domain').click();
    return { around: [group(page), page.locator('.editor-group-container').nth(1)], pad: 0 };
  },
  async commands(page) {
    await open(page, 'cache/massdriver.yaml', ERROR);
    await goTo(page, '      type: int', 'int');
    await ask(page, 'F1', '>Massdriver: ');
    await list(page).filter({ hasText: 'Explain Rule' }).first().waitFor();
    return { around: [page.locator('.quick-input-widget')], pad: 4 };
  },
  // These change what the others show.
  async organization(page) {
    const server = platform('acme-data-lake', 'acme-identity');
    cleaning.push(() => server.close());
    await open(page, 'shop/massdriver.yaml');
    await run(page, 'Massdriver: Refresh Catalog');
    await page.waitForTimeout(1_500);
    await goTo(page, '      $ref: acme', 'acme', 'acme-queue'.length);
    await press(page, 'Backspace', '-queue'.length);
    await offer(page, /acme-identity/);
    return { around: [suggestions(page)], rows: ['    queue:', 'artifacts:'] };
  },
  async step_renamed(page) {
    await open(page, 'database/src/main.tf');
    await run(page, 'View: Show Explorer');
    cleaning.push(() => page.keyboard.press('Control+B'));
    await page.getByRole('treeitem', { name: 'src' }).first().click();
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('infrastructure');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show Preview' }).click();
    return preview(page);
  },
};

/** The box around these, and around the lines of the editor that begin so; those are taken `width` wide. */
async function box(page, { around = [], rows = [], width = 620, pad = 10 }) {
  const boxes = [];
  for (const locator of around) boxes.push(await locator.boundingBox());
  for (const begin of rows) {
    const pattern = new RegExp(`^${begin.replace(/[^\w ]/g, '\\$&').replaceAll(' ', '\\s')}`);
    const row = editor(page).locator('.view-line').filter({ hasText: pattern }).first();
    const { x, y, height } = await row.boundingBox();
    boxes.push({ x: x - 54, y, width: width - 2 * pad, height });
  }
  // Lines that are almost in sight have a place, too.
  const sight = rows.length > 0 ? await editor(page).boundingBox() : { x: 0, y: 0, ...page.viewportSize() };
  const x = Math.max(sight.x, Math.min(...boxes.map((one) => one.x)) - pad);
  const y = Math.max(sight.y, Math.min(...boxes.map((one) => one.y)) - pad);
  const right = Math.min(sight.x + sight.width, Math.max(...boxes.map((one) => one.x + one.width)) + pad);
  const bottom = Math.min(sight.y + sight.height, Math.max(...boxes.map((one) => one.y + one.height)) + pad);
  return { x, y, width: right - x, height: bottom - y };
}

async function take(page, name) {
  const what = await PICTURES[name](page);
  // What appears, fades in.
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${out}/${name.replaceAll('_', '-')}.png`, clip: await box(page, what) });
  console.log(`ok   ${name}`);
}

/** Nothing open, nothing changed. */
async function tidy(page) {
  await press(page, 'Escape', 3);
  while (cleaning.length > 0) await cleaning.pop()();
  await page.mouse.move(1, 1);
  while ((await page.locator('.tabs-container .tab').count()) > 0) {
    await run(page, 'View: Revert and Close Editor');
    await page.waitForTimeout(200);
  }
  if (await page.locator('.part.panel').isVisible()) await page.keyboard.press('Control+J');
}

const options = { viewport: { width: 1000, height: 700 }, deviceScaleFactor: 1.5 };
await withPage(async (page) => {
  page.setDefaultTimeout(8_000);
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.getByRole('treeitem', { name: 'database' }).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Control+B');
  for (const name of names.length > 0 ? names : Object.keys(PICTURES)) {
    try {
      await tidy(page);
      await take(page, name);
    } catch (error) {
      console.error(`FAIL ${name}: ${error.message}`);
      await page.screenshot({ path: `${out}/failed-${name}.png` });
      process.exitCode = 1;
    }
  }
}, options);
