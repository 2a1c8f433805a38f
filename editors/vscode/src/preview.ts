// Wikilinks, embeds and timestamps in VS Code's markdown preview. The server says what stands for each; here is only what
// brings that into the text that markdown-it reads.
import { commands, type Disposable, type Uri, workspace } from 'vscode';
import type { TextEdit } from 'vscode-languageclient';
import { TextDocument as Text } from 'vscode-languageserver-textdocument';
import { openDocument, textOf } from './notes';
import type { Server } from './server';

/** As much of markdown-it as is used here. */
export interface MarkdownIt {
  parse(text: string, env: object): unknown[];
  renderer: { render(tokens: unknown[], options: unknown, env: { currentDocument?: Uri } | undefined): string };
}

interface Shown {
  /** The note's text. */
  text: string;
  /** The same with links and timestamps as HTML. */
  html: string;
  /** Other notes have changed since: what links lead to may be another. */
  isStale: boolean;
}

/** Notes whose previews are kept. */
const MOST_KEPT = 20;

/** Milliseconds in which a preview has surely been opened. */
const OPENING = 2_000;

export class Preview implements Disposable {
  private readonly shown = new Map<string, Shown>();
  /** Of which text the server is asked just now. */
  private readonly asking = new Map<string, { text: string; isNew: Promise<boolean> }>();
  private readonly listener: Disposable;

  constructor(private readonly server: Server) {
    // Asked for at once, the answer is there before the preview is drawn anew.
    this.listener = workspace.onDidChangeTextDocument(({ document }) => {
      if (this.shown.has(document.uri.toString())) {
        void this.ask(document.uri);
      }
    });
  }

  dispose(): void {
    this.listener.dispose();
  }

  extend<M extends MarkdownIt>(markdown: M): M {
    const { renderer } = markdown;
    const render = renderer.render.bind(renderer);
    // VS Code parses a text before it says of which document it is, and keeps what came out: so it is parsed again here.
    renderer.render = (tokens, options, env) => {
      const uri = env?.currentDocument;
      if (uri?.scheme !== 'file') {
        return render(tokens, options, env);
      }
      const known = this.shown.get(uri.toString());
      const now = openDocument(uri)?.getText();
      if (!known || known.isStale || (now !== undefined && now !== known.text)) {
        void this.ask(uri).then(isNew => isNew && this.redraw(known === undefined));
      }
      return render(known && (now === undefined || now === known.text) ? markdown.parse(known.html, {}) : tokens, options, env);
    };
    return markdown;
  }

  /** Has the previews drawn again. One that is still being opened can miss that, so it is done a second time. */
  private redraw(isFirst: boolean): void {
    const redraw = (): void => void commands.executeCommand('markdown.preview.refresh');
    redraw();
    if (isFirst) {
      setTimeout(redraw, OPENING);
    }
  }

  /** Has the server say what the preview of a note is; whether that is another than what was shown. */
  private async ask(uri: Uri): Promise<boolean> {
    const key = uri.toString();
    const text = await textOf(uri);
    const known = this.shown.get(key);
    if (known?.text === text && !known.isStale) {
      return false;
    }
    const asked = this.asking.get(key);
    if (asked?.text === text) {
      return asked.isNew;
    }
    const isNew = this.answer(uri, text);
    this.asking.set(key, { text, isNew });
    return isNew.finally(() => {
      if (this.asking.get(key)?.isNew === isNew) {
        this.asking.delete(key);
      }
    });
  }

  private async answer(uri: Uri, text: string): Promise<boolean> {
    const key = uri.toString();
    const edits = await this.server.ask<TextEdit[]>('slugline/preview', { textDocument: { uri: this.server.asUri(uri) } });
    // The answer is about the text that the server has: of one that has changed meanwhile, it is asked again.
    if (!edits || (openDocument(uri)?.getText() ?? text) !== text) {
      return false;
    }
    const html = Text.applyEdits(Text.create(key, 'markdown', 0, text), edits);
    const before = this.shown.get(key)?.html;
    this.shown.delete(key);
    this.shown.set(key, { text, html, isStale: false });
    for (const oldest of [...this.shown.keys()].slice(0, -MOST_KEPT)) {
      this.shown.delete(oldest);
    }
    return before !== html;
  }

  /** Other notes have changed: what was shown stays until the server has said what stands there now. */
  refresh(): void {
    for (const shown of this.shown.values()) {
      shown.isStale = true;
    }
    if (this.shown.size > 0) {
      this.redraw(false);
    }
  }
}
