// Shows the tags of timestamps as their labels alone, but for the lines on which the cursor or a selection is, and for
// what has a diagnostic, which could not be seen. Which parts of the text these are the server says, for the lines that
// are in view; no byte of a note changes.
import {
  ConfigurationTarget, type Disposable, languages, Range, type TextDocument, type TextEditor, window, workspace,
} from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageclient';
import { isNote } from './notes';
import type { Server } from './server';

/** As `slugline/timestamps` answers. */
interface Timestamp {
  /** All of it. */
  range: ProtocolRange;
  /** What a reader needs to see. */
  label: ProtocolRange;
  /** Whether the rest may be hidden. */
  conceal: boolean;
}

/** What is known of an editor: the parts that may be hidden, of one version of its text and some of its lines. */
interface Known {
  version: number;
  lines: Range;
  /** Of each timestamp. */
  hidden: Range[][];
}

/** Milliseconds in which nothing may change before the server is asked. */
const DELAY = 80;

/** Lines above and below those in view that are asked about as well, so that scrolling shows no tags. */
const MARGIN = 60;

const SETTING = 'concealTimestamps';

export class ConcealedTimestamps implements Disposable {
  // Neither width nor a place for the cursor: decorations have no option for that, and take this one over as it is.
  private readonly hidden = window.createTextEditorDecorationType({ textDecoration: 'none; display: none;' });
  private readonly known = new WeakMap<TextEditor, Known>();
  private readonly listeners: Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    this.listeners = [
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.draw(textEditor)),
      window.onDidChangeTextEditorVisibleRanges(() => this.later()),
      window.onDidChangeVisibleTextEditors(() => this.later()),
      workspace.onDidChangeTextDocument(() => this.later()),
      languages.onDidChangeDiagnostics(({ uris }) => {
        const changed = new Set(uris.map(String));
        window.visibleTextEditors.filter(({ document }) => changed.has(document.uri.toString())).forEach(editor => this.draw(editor));
      }),
      workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration(`slugline.${SETTING}`)) {
          this.refresh();
        }
      }),
    ];
    this.later();
  }

  /** Asks about everything in view once more: the setting is another, or the server is. */
  refresh(): void {
    window.visibleTextEditors.forEach(editor => this.known.delete(editor));
    this.later();
  }

  /** Shows the tags, or hides them again, where the setting is set: for the user, if nowhere. */
  async toggle(): Promise<void> {
    const settings = workspace.getConfiguration('slugline', window.activeTextEditor?.document.uri);
    const { workspaceFolderValue, workspaceValue } = settings.inspect(SETTING) ?? {};
    const target =
      workspaceFolderValue !== undefined ? ConfigurationTarget.WorkspaceFolder
      : workspaceValue !== undefined ? ConfigurationTarget.Workspace
      : ConfigurationTarget.Global;
    await settings.update(SETTING, !settings.get(SETTING, true), target);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.forEach(listener => listener.dispose());
    this.hidden.dispose();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => window.visibleTextEditors.forEach(editor => void this.look(editor)), DELAY);
  }

  /** Asks about the lines of an editor that are in view, unless they are known. */
  private async look(editor: TextEditor): Promise<void> {
    const { document } = editor;
    if (!isNote(document) || !isWanted(document)) {
      this.known.delete(editor);
      editor.setDecorations(this.hidden, []);
      return;
    }
    const { version } = document;
    const [first, last] = [editor.visibleRanges[0], editor.visibleRanges.at(-1)];
    const known = this.known.get(editor);
    if (!first || !last || (known?.version === version && known.lines.contains(first) && known.lines.contains(last))) {
      return;
    }
    const lines = document.validateRange(new Range(Math.max(first.start.line - MARGIN, 0), 0, last.end.line + MARGIN, 0));
    const found = await this.server.ask<Timestamp[]>('slugline/timestamps', {
      textDocument: { uri: this.server.asUri(document.uri) },
      range: { start: lines.start, end: document.lineAt(lines.end).range.end },
    });
    // After a change it is asked about anew, and until then what is hidden moves with the text.
    if (found && document.version === version) {
      const whole = new Range(lines.start, document.lineAt(lines.end).range.end);
      this.known.set(editor, { version, lines: whole, hidden: found.filter(({ conceal }) => conceal).map(hidden) });
      this.draw(editor);
    }
  }

  /** Hides what is known, away from the cursor. */
  private draw(editor: TextEditor): void {
    const known = this.known.get(editor);
    if (known?.version !== editor.document.version || !isWanted(editor.document)) {
      return;
    }
    const diagnostics = languages.getDiagnostics(editor.document.uri);
    const isFree = (part: Range): boolean =>
      editor.selections.every(({ start, end }) => part.end.line < start.line || end.line < part.start.line) &&
      !diagnostics.some(({ range }) => (range.intersection(part)?.isEmpty ?? true) === false);
    editor.setDecorations(this.hidden, known.hidden.filter(parts => parts.every(isFree)).flat());
  }
}

/** What of a timestamp is hidden: all around its label. */
function hidden({ range, label }: Timestamp): Range[] {
  const parts = [[range.start, label.start], [label.end, range.end]] as const;
  return parts.map(([start, end]) => new Range(start.line, start.character, end.line, end.character)).filter(part => !part.isEmpty);
}

function isWanted({ uri }: TextDocument): boolean {
  return workspace.getConfiguration('slugline', uri).get(SETTING, true);
}
