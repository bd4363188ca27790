// node cold.mjs BASE FOLDER SHOT NAME: opens a window on the bundle, and prints NAME and after how many milliseconds the wrong line
// and the squiggle below it were shown; SHOT is what was to be seen then.
import { withPage } from './browser.mjs';

const [base, folder, shot, name] = process.argv.slice(2);
const file = `vscode-remote://${new URL(base).host}${folder}/massdriver.yaml`;
const payload = encodeURIComponent(JSON.stringify([['openFile', file]]));

/** Runs in the page and looks at every frame, so that no time is lost on the way to here. */
function watch(wrong) {
  if (window !== window.top) return; // a webview
  const seen = (window.seen = {});
  const shows = (line) => line.textContent.replaceAll('\u00a0', ' ').includes(wrong);
  const middle = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return (top + bottom) / 2;
  };
  const look = () => {
    const line = [...document.querySelectorAll('.monaco-editor .view-line')].find(shows);
    if (line) seen.text ??= performance.now();
    const squiggles = line ? [...document.querySelectorAll('.monaco-editor .squiggly-error')] : [];
    if (squiggles.some((squiggle) => Math.abs(middle(squiggle) - middle(line)) < 5)) seen.squiggle = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

await withPage(async (page) => {
  await page.addInitScript(watch, 'type: int');
  await page.goto(`${base}/?folder=${folder}&payload=${payload}`, { waitUntil: 'commit' });
  try {
    await page.waitForFunction(() => window.seen.squiggle, undefined, { timeout: 60_000 });
    const { text, squiggle } = await page.evaluate(() => window.seen);
    console.log(`${name} ${Math.round(text)} ${Math.round(squiggle)}`);
  } catch (error) {
    console.error(`no squiggle, see ${shot}: ${error.message}`);
    process.exitCode = 1;
  }
  await page.screenshot({ path: shot });
});
