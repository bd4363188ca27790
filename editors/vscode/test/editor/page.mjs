// VS Code's page, as a person uses it.

export const line = (page, text) => page.locator('.monaco-editor .view-line', { hasText: text }).first();
export const hover = (page) => page.locator('.monaco-hover:not(.hidden)').first();
export const suggestions = (page) => page.locator('.suggest-widget.visible');
export const list = (page) => page.locator('.quick-input-list .monaco-list-row');
export const menu = (page) => page.locator('.action-widget:visible');
export const peek = (page) => page.locator('.peekview-widget');
export const group = (page) => page.locator('.editor-group-container').first();
export const editor = (page) => page.locator('.editor-group-container .monaco-editor').first();

/** Puts the cursor behind the line with this text. */
export async function goBehind(page, text) {
  await line(page, text).click();
  await page.keyboard.press('End');
}

/** Waits until the text, with normalized whitespace, matches. */
export async function expectText(locator, pattern, timeout = 20_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const text = (await locator.innerText().catch(() => '')).replace(/\s+/g, ' ').trim();
    if (pattern.test(text)) return text;
    if (Date.now() > end) throw new Error(`expected ${pattern}, saw: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Presses a key several times. */
export async function press(page, key, times) {
  for (let n = 0; n < times; n++) await page.keyboard.press(key);
}

/** Enters a value into the input that the keys open. */
export async function ask(page, keys, answer) {
  const input = page.locator('.quick-input-widget input[type=text]');
  await input.waitFor({ state: 'hidden' });
  await page.keyboard.press(keys);
  await input.fill(answer);
}

/** Runs a command by its title. */
export async function run(page, title) {
  await ask(page, 'F1', `>${title}`);
  await list(page).filter({ hasText: title.split(': ').pop() }).first().waitFor();
  await page.keyboard.press('Enter');
}

/** Shows the hover at the cursor. */
export async function explain(page, pattern) {
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await expectText(hover(page), pattern);
}

/** Opens the completion menu and waits for an expected item; the menu is open until Escape. */
export async function offer(page, pattern, details = false) {
  for (let tries = 5; ; tries--) {
    await page.keyboard.press('Control+Space');
    const found = expectText(suggestions(page), pattern, 2_000);
    if (await found.then(() => true, (error) => { if (tries === 0) throw error; })) break;
    await page.keyboard.press('Escape');
  }
  const shown = await page.locator('.suggest-details-container').isVisible();
  if (shown !== details) await page.keyboard.press('Control+Space');
}

/** Opens a menu by its keys. */
export async function menuOf(page, keys, pattern) {
  await page.waitForTimeout(300);
  await page.keyboard.press(keys);
  await expectText(menu(page), pattern);
}

/** Expands every entry of a list of references. */
export async function unfold(page) {
  await peek(page).locator('.ref-tree .monaco-list-row').first().waitFor();
  const folded = peek(page).locator('.ref-tree .monaco-tl-twistie.collapsed');
  while ((await folded.count()) > 0) {
    await folded.first().click();
    await page.waitForTimeout(300);
  }
}

/** Shows the changed file next to the original. */
export async function compare(page) {
  await run(page, 'File: Compare Active File with Saved');
  await page.locator('.monaco-diff-editor').waitFor();
  await page.waitForTimeout(1_000);
}
