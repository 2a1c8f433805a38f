// The panel with the graph of notes: the page of `slugline graph --format html`, with the server behind it.
import { commands, type Disposable, type ExtensionContext, Uri, ViewColumn, type WebviewPanel, window, workspace } from 'vscode';
import { activeNote } from './notes';
import type { Server } from './server';

/** What `slugline.graph` answers for the page. */
interface Graph {
  root: string;
  /** The graph, as the page reads it. */
  page: string;
}

type Request = { type: 'load'; hops: number | undefined } | { type: 'open'; id: string };

export class GraphPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  // The note that the picture is about, and the folder of its vault.
  private note: Uri | undefined;
  private root: Uri | undefined;
  private hops: number | undefined;
  private readonly listener: Disposable;

  constructor(private readonly context: ExtensionContext, private readonly server: Server) {
    this.listener = window.onDidChangeActiveTextEditor(() => this.follow());
  }

  dispose(): void {
    this.listener.dispose();
    this.panel?.dispose();
  }

  /** Shows the panel beside the note that is being edited, which keeps the focus; asked for again, the panel's search has it. */
  async show(): Promise<void> {
    if (this.panel) {
      this.panel.reveal();
      void this.panel.webview.postMessage({ type: 'search' });
      return;
    }
    this.note = activeNote() ?? this.note;
    const html = await workspace.fs.readFile(Uri.joinPath(this.context.extensionUri, 'dist', 'graph.html'));
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const panel = window.createWebviewPanel('slugline.graph', 'Graph of Notes', { viewColumn: ViewColumn.Beside, preserveFocus: true }, options);
    this.panel = panel;
    panel.onDidDispose(() => (this.panel = undefined));
    panel.onDidChangeViewState(() => this.follow());
    panel.webview.onDidReceiveMessage((request: Request) =>
      request.type === 'load' ? this.load(request.hops) : this.open(request.id),
    );
    panel.webview.html = new TextDecoder().decode(html).replace('{{data}}', '');
  }

  private async load(hops: number | undefined): Promise<void> {
    this.hops = hops;
    const uri = this.note && this.server.asUri(this.note);
    // Without a note there is nothing to be around.
    const around = uri === undefined ? undefined : hops;
    const graph = await this.server.execute<Graph>('slugline.graph', { uri, hops: around, page: true });
    if (graph) {
      this.root = this.server.fromUri(graph.root);
      void this.panel?.webview.postMessage({ type: 'graph', graph: graph.page, focus: this.focus(), hops: around });
    }
  }

  private follow(): void {
    const note = activeNote();
    if (!note || !this.panel?.visible || note.toString() === this.note?.toString()) {
      return;
    }
    this.note = note;
    const focus = this.focus();
    if (focus === undefined) {
      void this.load(this.hops); // it is of another vault
    } else {
      void this.panel.webview.postMessage({ type: 'focus', focus });
    }
  }

  /** The path of the note in its vault. */
  private focus(): string | undefined {
    const root = this.root?.path.replace(/\/?$/, '/');
    return root !== undefined && this.note?.path.startsWith(root) ? this.note.path.slice(root.length) : undefined;
  }

  private async open(id: string): Promise<void> {
    if (id.startsWith('?')) {
      const name = id.slice(1);
      const pressed = await window.showInformationMessage(`No note is named “${name}”.`, 'Create Note');
      if (pressed) {
        await commands.executeCommand('slugline.editor.createNote', name);
      }
    } else if (this.root) {
      this.note = Uri.joinPath(this.root, id);
      await commands.executeCommand('vscode.open', this.note, { viewColumn: ViewColumn.One, preview: true });
    }
  }
}
