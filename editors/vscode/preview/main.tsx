// The page's entry point: receives messages from the extension and sends the page's messages.

import { createRoot } from 'react-dom/client';
import type { FromPage, ToPage } from '../src/form';
import { Page, type Shown } from './page';
import './style.css';

declare function acquireVsCodeApi(): { postMessage: (message: FromPage) => void };

const code = acquireVsCodeApi();
const say = (message: FromPage) => { code.postMessage(message); };
const element = document.getElementById('page');
if (element === null) throw new Error('the page has no place for the form');
const root = createRoot(element);
let shown: Shown | undefined;

function take(message: ToPage): void {
  if (message.kind === 'form') {
    shown = { cursor: null, envs: [], ...shown, form: message.form, can: message.can, stale: false };
  } else if (shown !== undefined) {
    if (message.kind === 'stale') shown = { ...shown, stale: true };
    else if (message.kind === 'cursor') shown = { ...shown, cursor: message.pointer };
    else shown = { ...shown, envs: message.envs };
  }
  root.render(shown === undefined ? <p>There is no form to show yet: the text cannot be read.</p> : <Page shown={shown} say={say} />);
}

// Only the parent window, which is VS Code, can post messages to this one.
window.addEventListener('message', (event: MessageEvent<ToPage>) => { take(event.data); });
say({ kind: 'ready' });
