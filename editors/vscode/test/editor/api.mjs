// node api.mjs BASE FOLDER EXTENSION SUITE: opens VS Code so that it runs SUITE with EXTENSION; exits as the suite does.
import { withPage } from './browser.mjs';

const [base, folder, extension, suite] = process.argv.slice(2);
const remote = (path) => `vscode-remote://${new URL(base).host}${path}`;
const payload = JSON.stringify([
  ['extensionDevelopmentPath', remote(extension)],
  ['extensionTestsPath', remote(suite)],
]);

await withPage(async (page) => {
  const done = new Promise((resolve) => {
    page.exposeFunction('codeAutomationExit', resolve);
    setTimeout(() => { console.error('the suite did not end within 120 s'); resolve(1); }, 120_000).unref();
  });
  // VS Code's own log comes this way, too.
  await page.exposeFunction('codeAutomationLog', (type, words) => {
    const line = words.join(' ');
    if (line.startsWith('[test] ')) console.log(line.slice('[test] '.length));
    else if (process.env.DEBUG) console.log(type, line);
  });
  await page.goto(`${base}/?folder=${folder}&payload=${encodeURIComponent(payload)}`);
  process.exitCode = await done;
});
