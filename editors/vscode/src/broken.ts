// Broken links in a color of their own: the grammar cannot know which they are, the diagnostics do.
import {
  type Diagnostic, type Disposable, languages, type TextEditor, ThemeColor, type Uri, window,
} from 'vscode';

const BROKEN = new Set(['broken-link', 'broken-heading', 'broken-block', 'broken-file']);

export class BrokenLinks implements Disposable {
  private readonly color = window.createTextEditorDecorationType({ color: new ThemeColor('slugline.brokenLink') });
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
    this.color.dispose();
  }

  private draw(editors: readonly TextEditor[]): void {
    for (const editor of editors) {
      editor.setDecorations(this.color, broken(editor.document.uri).map(({ range }) => range));
    }
  }
}

function broken(uri: Uri): Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source, code }) => {
    const name = typeof code === 'object' ? code.value : code;
    return source === 'slugline' && typeof name === 'string' && BROKEN.has(name);
  });
}
