// The item in the status bar: how the server is and what it knows. It is there while a note is in view.
import {
  type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window, workspace,
} from 'vscode';
import { isNote } from './notes';

/** What the server says of itself in `experimental/serverStatus`, in a line for each vault. */
export interface ServerStatus {
  health: 'ok' | 'warning' | 'error';
  quiescent: boolean;
  message?: string;
}

/** The commands that the item offers, in this order. */
export const MENU = [
  ['slugline.editor.createNote', 'Create Note…'],
  ['slugline.editor.reindex', 'Reindex Vault'],
  ['slugline.editor.showDiagnosis', 'Show Status Report'],
  ['slugline.editor.showLog', 'Show Log'],
  ['slugline.editor.restart', 'Restart Server'],
] as const;

export class StatusItem implements Disposable {
  private readonly item = window.createStatusBarItem('status', StatusBarAlignment.Right, 100);
  private readonly listeners: Disposable[];

  constructor() {
    this.item.name = 'slugline';
    this.item.command = 'slugline.editor.showMenu';
    this.starting();
    this.listeners = [
      window.onDidChangeVisibleTextEditors(() => this.toggle()),
      // A document may change its language.
      workspace.onDidOpenTextDocument(() => this.toggle()),
    ];
    this.toggle();
  }

  starting(): void {
    this.show('sync~spin', 'slugline', 'The server is starting.');
  }

  /** Running, but it has not said how it is, and may be too old to say. */
  running(): void {
    this.show('book', 'slugline', 'The server is running.');
  }

  stopped(why: string): void {
    this.show('error', 'slugline', why, 'error');
  }

  says(status: ServerStatus): void {
    const said = status.message ?? '';
    // A line for each vault; the bar has room for one.
    const vaults = said.split('\n');
    const text = vaults.length > 1 ? `${vaults.length} vaults` : said || 'slugline';
    const icon = !status.quiescent ? 'sync~spin' : { ok: 'book', warning: 'warning', error: 'error' }[status.health];
    this.show(icon, text, said, status.health);
  }

  dispose(): void {
    this.listeners.forEach(listener => listener.dispose());
    this.item.dispose();
  }

  private show(icon: string, text: string, said: string, health: ServerStatus['health'] = 'ok'): void {
    // Other items name their product; a bare count does not say whose it is.
    this.item.text = `$(${icon}) ${text === 'slugline' ? text : `slugline: ${text}`}`;
    this.item.backgroundColor = health === 'ok' ? undefined : new ThemeColor(`statusBarItem.${health}Background`);
    this.item.accessibilityInformation = { label: `slugline: ${said || text}` };
    const tooltip = new MarkdownString('**slugline**\n\n');
    tooltip.appendText(said);
    const links = MENU.map(([command, title]) => `[${title}](command:${command})`);
    tooltip.appendMarkdown(`\n\n${links.join(' · ')}`);
    tooltip.isTrusted = { enabledCommands: MENU.map(([command]) => command) };
    this.item.tooltip = tooltip;
  }

  /** The active editor alone would not do: the log, once it is clicked into, is one too. */
  private toggle(): void {
    const notes = window.visibleTextEditors.filter(
      ({ document }) => isNote(document),
    );
    if (notes.length > 0) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }
}
