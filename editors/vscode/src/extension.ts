// The extension: its commands, its item in the status bar, and the server behind them.
//
// Commands named `slugline.…` are the server's; the language client registers them as it finds them. The extension's own
// are `slugline.editor.…`, so that the two never meet.
import {
  commands, EventEmitter, type ExtensionContext, Uri, window, workspace,
} from 'vscode';
import { BrokenLinks } from './broken';
import { openNote, registerCommands } from './commands';
import { ConcealedTimestamps } from './conceal';
import { OPEN_NOTE } from './created';
import { registerFollow } from './follow';
import { GraphPanel } from './graph';
import { pastePictures } from './paste';
import { type MarkdownIt, Preview } from './preview';
import { Server } from './server';
import { registerSource } from './source';
import { MENU, StatusItem } from './status';
import { Timelines } from './timeline';
import { registerViews } from './views';
import { WatchPanel } from './watch';
import { registerWriting } from './writing';

let server: Server | undefined;

/** What VS Code's markdown preview is given. */
interface Api {
  extendMarkdownIt<M extends MarkdownIt>(markdown: M): M;
}

export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel('slugline', { log: true });
  const status = new StatusItem();
  const running = (server = new Server(context, log, status));
  // Nothing waits for what is registered below: the program is looked for and started meanwhile.
  void running.restart();
  const diagnosis = new Diagnosis();
  const concealed = new ConcealedTimestamps(running);
  const graph = new GraphPanel(context, running);
  const preview = new Preview(running);
  const timelines = new Timelines(running);
  const watch = new WatchPanel(context, running);
  context.subscriptions.push(
    log,
    timelines,
    status,
    running,
    new BrokenLinks(),
    concealed,
    running.onDidStart(() => concealed.refresh()),
    graph,
    preview,
    watch,
    ...registerViews(running),
    ...registerSource(running, watch),
    commands.registerCommand('slugline.editor.watch', () => watch.show()),
    commands.registerCommand('slugline.editor.insertNow', () => watch.insertNow()),
    commands.registerCommand('slugline.editor.showGraph', () => graph.show()),
    workspace.onDidSaveTextDocument(() => preview.refresh()),
    workspace.registerTextDocumentContentProvider(Diagnosis.scheme, diagnosis),
    workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('markdown.validate') || event.affectsConfiguration('slugline.workspaceDiagnostics')) {
        void running.restart(); // so that all diagnostics come again
      } else if (event.affectsConfiguration('slugline.server')) {
        void running.settingsChanged();
      }
    }),
    ...registerCommands(running, timelines),
    ...registerFollow(running),
    ...registerWriting(running),
    ...pastePictures(running),
    commands.registerCommand('slugline.editor.toggleConceal', () => concealed.toggle()),
    commands.registerCommand('slugline.editor.restart', () => running.restart()),
    commands.registerCommand('slugline.editor.showLog', () => log.show()),
    commands.registerCommand('slugline.editor.reindex', () => running.execute('slugline.reindex')),
    commands.registerCommand('slugline.editor.createNote', (name?: unknown) => createNote(running, name)),
    commands.registerCommand(OPEN_NOTE, ({ uri }: { uri: string }) => openNote(running.fromUri(uri))),
    commands.registerCommand('slugline.editor.showDiagnosis', async () => {
      const report = await running.execute<string>('slugline.doctor');
      if (report !== undefined) {
        await diagnosis.show(report);
      }
    }),
    commands.registerCommand('slugline.editor.showMenu', async () => {
      const items = MENU.map(([command, label]) => ({ label, command }));
      const picked = await window.showQuickPick(items, { placeHolder: 'slugline' });
      if (picked) {
        await commands.executeCommand(picked.command);
      }
    }),
  );
  return { extendMarkdownIt: markdown => preview.extend(markdown) };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Asks for a name, has the server make the note in the vault of the note that is being edited, and opens it. */
async function createNote(server: Server, proposed: unknown): Promise<void> {
  const editor = window.activeTextEditor;
  const selected = editor?.selection.isSingleLine ? editor.document.getText(editor.selection) : '';
  const name = await window.showInputBox({
    title: 'Create Note',
    prompt: 'Name of the note, also used for the file',
    placeHolder: 'Spring and neap tides',
    value: typeof proposed === 'string' ? proposed : selected,
    validateInput: value => (value.trim() ? undefined : 'Enter a name'),
  });
  if (name === undefined) {
    return;
  }
  const from = editor?.document.uri ?? workspace.workspaceFolders?.[0]?.uri;
  const uri = from?.scheme === 'file' ? server.asUri(from) : undefined;
  const made = await server.execute<{ uri: string }>('slugline.createNote', { name: name.trim(), uri });
  if (made) {
    await openNote(server.fromUri(made.uri));
  }
}

/** What `slugline doctor` says, as a text to read and copy that nobody is asked to save. */
class Diagnosis {
  static readonly scheme = 'slugline';
  private readonly changed = new EventEmitter<Uri>();
  private readonly uri = Uri.from({ scheme: Diagnosis.scheme, path: 'slugline status report.txt' });
  private report = '';
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(): string {
    return this.report;
  }

  async show(report: string): Promise<void> {
    this.report = report;
    this.changed.fire(this.uri);
    await window.showTextDocument(this.uri, { preview: true });
  }
}
