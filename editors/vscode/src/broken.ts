// Broken links in colors of their own: the grammar cannot know which they are, the diagnostics do.
import {
  type Diagnostic, type Disposable, languages, type TextEditor, type TextEditorDecorationType, ThemeColor, type Uri, window,
} from 'vscode';

const BROKEN = new Set(['broken-link', 'broken-heading', 'broken-block', 'broken-file']);

/** Those that lead to a note that nobody has written yet, and all others. */
type Kind = 'broken' | 'unwritten';

export class BrokenLinks implements Disposable {
  private readonly colors: Record<Kind, TextEditorDecorationType> = {
    broken: window.createTextEditorDecorationType({ color: new ThemeColor('slugline.brokenLink') }),
    unwritten: window.createTextEditorDecorationType({ color: new ThemeColor('slugline.unwrittenLink') }),
  };
  private readonly listeners: Disposable[];

  constructor() {
    this.listeners = [
      languages.onDidChangeDiagnostics(({ uris }) => {
        const changed = new Set(uris.map(String));
        this.draw(window.visibleTextEditors.filter(({ document }) => changed.has(document.uri.toString())));
      }),
      window.onDidChangeVisibleTextEditors(editors => this.draw(editors)),
    ];
    this.draw(window.visibleTextEditors);
  }

  dispose(): void {
    this.listeners.forEach(listener => listener.dispose());
    Object.values(this.colors).forEach(color => color.dispose());
  }

  private draw(editors: readonly TextEditor[]): void {
    for (const editor of editors) {
      const all = broken(editor.document.uri);
      for (const kind of ['broken', 'unwritten'] as const) {
        editor.setDecorations(this.colors[kind], all.filter(it => kindOf(it) === kind).map(({ range }) => range));
      }
    }
  }
}

function broken(uri: Uri): Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source, code }) => {
    const name = typeof code === 'object' ? code.value : code;
    return source === 'slugline' && typeof name === 'string' && BROKEN.has(name);
  });
}

/** The language client keeps what the server says beside a diagnostic. */
function kindOf(diagnostic: Diagnostic & { data?: { unwritten?: boolean } }): Kind {
  return diagnostic.data?.unwritten ? 'unwritten' : 'broken';
}
