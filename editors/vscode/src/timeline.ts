// The timeline of a video: what all notes cite of it, in its order, as a text that nobody can change. Of each line the
// time plays the moment, and the note's name leads to the citation, as Go to Definition does.
import {
  type CancellationToken, type Definition, type DefinitionProvider, type Disposable, DocumentLink, type DocumentLinkProvider,
  EventEmitter, languages, type Position, Range, Selection, type TextDocument, type TextDocumentContentProvider, Uri, window,
  workspace,
} from 'vscode';
import type { Location as ProtocolLocation, Range as ProtocolRange } from 'vscode-languageclient';
import type { Server } from './server';

/** What `slugline.timeline` answers. */
interface Timeline {
  source: { kind: number; id: string };
  title: string;
  text: string;
  entries: { line: number; time: ProtocolRange; place: ProtocolRange; url: string | null; location: ProtocolLocation | null }[];
  /** The line of what the cursor was on in the note. */
  current: number | null;
}

/** How long a note is let alone before the timelines follow it, in milliseconds. */
const REST = 300;

export class Timelines implements TextDocumentContentProvider, DocumentLinkProvider, DefinitionProvider, Disposable {
  static readonly scheme = 'slugline-timeline';
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly known = new Map<string, Timeline>();
  private timer: NodeJS.Timeout | undefined;
  private readonly disposables: Disposable[];

  constructor(private readonly server: Server) {
    const own = { scheme: Timelines.scheme };
    const follow = () => this.follow();
    this.disposables = [
      this.changed,
      workspace.registerTextDocumentContentProvider(Timelines.scheme, this),
      languages.registerDocumentLinkProvider(own, this),
      languages.registerDefinitionProvider(own, this),
      workspace.onDidChangeTextDocument(({ document }) => document.languageId === 'markdown' && follow()),
      workspace.onDidSaveTextDocument(document => document.languageId === 'markdown' && follow()),
      workspace.onDidCreateFiles(follow),
      workspace.onDidDeleteFiles(follow),
      workspace.onDidRenameFiles(follow),
      workspace.onDidCloseTextDocument(document => this.known.delete(document.uri.toString())),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.forEach(it => it.dispose());
  }

  /** Shows the timeline of the source at a place of a note, at the line of what stands there. */
  async show(here: object): Promise<void> {
    const found = await this.server.execute<Timeline>('slugline.timeline', here);
    if (!found) {
      return;
    }
    const { uri: note } = here as { uri: string };
    const query = JSON.stringify({ uri: note, source: found.source });
    const path = `/${found.title.replaceAll('/', '∕')}`;
    const uri = Uri.from({ scheme: Timelines.scheme, path, query });
    this.known.set(uri.toString(), found);
    const editor = await window.showTextDocument(uri, { preview: true });
    if (found.current !== null) {
      const { range } = editor.document.lineAt(Math.min(found.current, editor.document.lineCount - 1));
      editor.selection = new Selection(range.start, range.start);
      editor.revealRange(range);
    }
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const found = await this.server.execute<Timeline>('slugline.timeline', JSON.parse(uri.query) as object);
    if (found) {
      this.known.set(uri.toString(), found);
    }
    return this.known.get(uri.toString())?.text ?? '';
  }

  provideDocumentLinks(document: TextDocument): DocumentLink[] {
    const link = ({ start, end }: ProtocolRange, target: Uri, tooltip: string) => {
      const it = new DocumentLink(new Range(start.line, start.character, end.line, end.character), target);
      it.tooltip = tooltip;
      return it;
    };
    return this.entries(document).flatMap(({ time, place, url, location }) => [
      ...(url ? [link(time, Uri.parse(url, true), 'Play')] : []),
      ...(location ? [link(place, this.target(location), 'Go to the note')] : []),
    ]);
  }

  provideDefinition(document: TextDocument, position: Position, _: CancellationToken): Definition | undefined {
    const found = this.entries(document).find(({ line }) => line === position.line);
    return found?.location ? this.server.fromLocation(found.location) : undefined;
  }

  private entries(document: TextDocument): Timeline['entries'] {
    return this.known.get(document.uri.toString())?.entries ?? [];
  }

  /** A place in a note as VS Code opens it from an address. */
  private target({ uri, range: { start } }: ProtocolLocation): Uri {
    return this.server.fromUri(uri).with({ fragment: `L${start.line + 1},${start.character + 1}` });
  }

  /** Has the timelines that are open come anew, soon. */
  private follow(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const open = workspace.textDocuments.filter(({ uri }) => uri.scheme === Timelines.scheme);
      open.forEach(({ uri }) => this.changed.fire(uri));
    }, REST);
  }
}
