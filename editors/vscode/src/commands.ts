// Client commands that the server uses in code lenses and quick fixes.

import * as vscode from 'vscode';
import type { StaticFeature } from 'vscode-languageclient';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Location, Position } from 'vscode-languageserver-protocol';

const SHOW_REFERENCES = 'massdriver.showReferences';
const SET_RULE = 'massdriver.setRule';

/** Announces the client commands to the server. */
export const announcement: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      commands: { commands: [SHOW_REFERENCES, SET_RULE] },
    };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

/** Registers the commands. */
export function register(client: () => LanguageClient | undefined): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(SHOW_REFERENCES, (uri: string, position: Position, places: Location[]) => {
      const convert = client()?.protocol2CodeConverter;
      if (convert === undefined) return undefined;
      const locations = places.map((place) => convert.asLocation(place));
      return vscode.commands.executeCommand(
        'editor.action.showReferences', vscode.Uri.parse(uri), convert.asPosition(position), locations,
      );
    }),
    vscode.commands.registerCommand(SET_RULE, (rule: string, level: string) => setRule(rule, level)),
  );
}

/** Writes a rule's level into the workspace settings, or into the user settings if no folder is open. */
async function setRule(rule: string, level: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('massdriver');
  const open = vscode.workspace.workspaceFolders !== undefined;
  const target = open ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const configured = settings.inspect<Record<string, string>>('rules');
  const levels = open ? configured?.workspaceValue : configured?.globalValue;
  await settings.update('rules', { ...levels, [rule]: level }, target);
}
