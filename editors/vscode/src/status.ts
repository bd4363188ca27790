// The status bar item: the state of the server, and the number of findings in the active file.

import * as vscode from 'vscode';
import { isOurs } from './bundle';

/** The state of the server. */
export type State = 'starting' | 'running' | 'stopped' | 'missing';

const ACTIONS = '[Restart](command:massdriver.restart) · [Show log](command:massdriver.showLog) · [Explain a rule](command:massdriver.explainRule)';

/** The item; visible while a supported file is active. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('massdriver.status', vscode.StatusBarAlignment.Left, 0);
  private readonly listening = vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(() => { this.draw(); }),
    vscode.languages.onDidChangeDiagnostics(() => { this.draw(); }),
  );
  private state: State = 'starting';
  private detail = '';

  constructor() {
    this.item.name = 'Massdriver';
    this.draw();
  }

  /** Shows a state; `detail` is the tooltip. */
  set(state: State, detail: string): void {
    [this.state, this.detail] = [state, detail];
    this.draw();
  }

  dispose(): void {
    this.listening.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isOurs(document)) {
      this.item.hide();
      return;
    }
    const running = this.state === 'running';
    this.item.text = running ? findings(document.uri) : `${ICON[this.state]} Massdriver`;
    this.item.tooltip = tooltip(this.detail);
    this.item.command = running ? 'workbench.actions.view.problems' : 'massdriver.showLog';
    this.item.backgroundColor =
      this.state === 'missing' || this.state === 'stopped' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.item.show();
  }
}

const ICON = { starting: '$(loading~spin)', running: '', stopped: '$(circle-slash)', missing: '$(error)' };

/** `Massdriver ✓`, or the numbers of findings; hints are not counted. */
function findings(uri: vscode.Uri): string {
  const ours = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'massdriver');
  const count = (severity: vscode.DiagnosticSeverity) => ours.filter((found) => found.severity === severity).length;
  const counts: [string, number][] = [
    ['$(error)', count(vscode.DiagnosticSeverity.Error)],
    ['$(warning)', count(vscode.DiagnosticSeverity.Warning)],
    ['$(info)', count(vscode.DiagnosticSeverity.Information)],
  ];
  const some = counts.filter(([, n]) => n > 0).map(([icon, n]) => `${icon} ${n}`);
  return some.length > 0 ? `Massdriver ${some.join(' ')}` : '$(check) Massdriver';
}

function tooltip(detail: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['massdriver.restart', 'massdriver.showLog', 'massdriver.explainRule'] };
  text.appendText(detail);
  return text.appendMarkdown(`\n\n${ACTIONS}`);
}
