// The views beside the editor: backlinks of the note, tags, and names that no note has. Each asks the server when it is
// shown, and again when the note changes or is saved.
import {
  CancellationTokenSource, commands, type Disposable, type Location, MarkdownString, Range, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Uri,
  window, workspace,
} from 'vscode';
import type { Location as ProtocolLocation } from 'vscode-languageclient';
import { activeNote, linesOf, nameOf } from './notes';
import type { Server } from './server';
import { Tree } from './tree';

/** What stands in a tree. */
type Entry = NoteEntry | LinkEntry | TagEntry | NameEntry | MentionsEntry | MoreEntry;

/** A note with places in it. */
interface NoteEntry {
  kind: 'note';
  uri: Uri;
  places: Location[];
  /** Whether the places are mentions of the note that the view is about, without links. */
  mentions: boolean;
}

/** A place, and the line around it. */
interface LinkEntry {
  kind: 'link';
  place: Location;
  line: string;
  mentions: boolean;
}

/** The mentions of a note, which are looked for when it is opened. */
interface MentionsEntry {
  kind: 'mentions';
  uri: string;
}

/** That there are more than are shown. */
interface MoreEntry {
  kind: 'more';
  label: string;
}

interface TagEntry {
  kind: 'tag';
  tag: string;
  notes: number;
  below: TagEntry[];
}

interface NameEntry {
  kind: 'name';
  name: string;
  notes: number;
}

abstract class View extends Tree<Entry> {
  abstract roots(): Promise<Entry[]>;

  async getChildren(entry?: Entry): Promise<Entry[]> {
    switch (entry?.kind) {
      case undefined: return this.roots();
      case 'note': return linksOf(entry);
      case 'tag': return [...entry.below, ...(await this.places('slugline.tags', { tag: entry.tag }))];
      case 'name': return this.places('slugline.unresolved', { name: entry.name });
      case 'mentions': return this.mentions(entry);
      case 'link': case 'more': return [];
    }
  }

  /** What stands below the mentions of a note. */
  protected mentions(_: MentionsEntry): Promise<Entry[]> {
    return Promise.resolve([]);
  }

  getTreeItem(entry: Entry): TreeItem {
    const { Collapsed, None } = TreeItemCollapsibleState;
    switch (entry.kind) {
      case 'note': {
        const item = new TreeItem(entry.uri, TreeItemCollapsibleState.Expanded);
        item.iconPath = ThemeIcon.File;
        item.label = nameOf(entry.uri);
        item.description = `${entry.places.length}`;
        item.tooltip = workspace.asRelativePath(entry.uri);
        return item;
      }
      case 'link': {
        const item = new TreeItem(entry.line.trim(), None);
        const { uri, range } = entry.place;
        item.tooltip = new MarkdownString().appendText(entry.line.trim());
        item.command = { command: 'vscode.open', title: 'Open', arguments: [uri, { selection: range, preserveFocus: false }] };
        item.contextValue = entry.mentions ? 'mention' : 'link';
        return item;
      }
      case 'tag': {
        const item = new TreeItem(`#${entry.tag.replace(/^.*\//, '')}`, Collapsed);
        item.description = `${entry.notes}`;
        item.tooltip = `#${entry.tag}`;
        item.iconPath = new ThemeIcon('tag');
        item.contextValue = 'tag';
        return item;
      }
      case 'mentions': {
        const item = new TreeItem('Unlinked mentions', Collapsed);
        item.id = 'mentions';
        item.iconPath = new ThemeIcon('whole-word');
        item.tooltip = 'Other notes that have the name of this one in their text, without a link';
        item.contextValue = 'mentions';
        return item;
      }
      case 'more': return new TreeItem(entry.label, None);
      case 'name': {
        const item = new TreeItem(entry.name, Collapsed);
        item.description = `${entry.notes}`;
        item.tooltip = `${entry.notes} ${entry.notes === 1 ? 'note links' : 'notes link'} to “${entry.name}”, which no note is named`;
        item.iconPath = new ThemeIcon('question');
        item.contextValue = 'name';
        return item;
      }
    }
  }

  /** Places that a command finds, by note. */
  protected async places(command: string, about: object): Promise<NoteEntry[]> {
    const found = await this.server.execute<ProtocolLocation[]>(command, { uri: this.uri(), ...about });
    return this.byNote(found ?? [], false);
  }

  protected byNote(found: ProtocolLocation[], mentions: boolean): NoteEntry[] {
    const notes = new Map<string, NoteEntry>();
    for (const place of found.map(location => this.server.fromLocation(location))) {
      const key = place.uri.toString();
      const note = notes.get(key);
      note ? note.places.push(place) : notes.set(key, { kind: 'note', uri: place.uri, places: [place], mentions });
    }
    return [...notes.values()];
  }

  /** A note of the vault that the view is about. */
  protected uri(): string | undefined {
    const uri = activeNote() ?? last;
    return uri && this.server.asUri(uri);
  }
}

/** Whether a view knows which vault it is to show: that of a note, or the only one. */
function knowsVault(): boolean {
  const knows = (activeNote() ?? last) !== undefined || workspace.workspaceFolders?.length === 1;
  void commands.executeCommand('setContext', 'slugline.vault', knows);
  return knows;
}

/** The note that was edited last: with the focus in a view, there is none. */
let last: Uri | undefined;

/** The lines around the places of a note. */
async function linksOf({ uri, places, mentions }: NoteEntry): Promise<LinkEntry[]> {
  const lines = await linesOf(uri);
  return places.map(place => ({ kind: 'link', place, mentions, line: lines[place.range.start.line] ?? '' }));
}

/** The links of other notes to the note that is edited, and below them its mentions without a link. */
class Backlinks extends View {
  private looking: CancellationTokenSource | undefined;

  constructor(server: Server) {
    super(server, 'slugline.backlinks');
    this.on(listener => window.onDidChangeActiveTextEditor(editor => editor && listener()));
    this.on(listener => workspace.onDidSaveTextDocument(listener));
    this.on(listener => workspace.onDidChangeTextDocument(({ document }) => document.languageId === 'markdown' && listener()));
  }

  async roots(): Promise<Entry[]> {
    const uri = activeNote() ?? last;
    this.view.description = uri ? nameOf(uri) : '';
    // What was looked for is not asked for any more, or is looked for anew.
    this.looking?.cancel();
    const links = uri ? await this.places('slugline.backlinks', {}) : [];
    this.view.message = uri && links.length === 0 ? 'No other note links to this note.' : '';
    return uri ? [...links, { kind: 'mentions', uri: this.server.asUri(uri) }] : [];
  }

  protected override async mentions({ uri }: MentionsEntry): Promise<Entry[]> {
    this.looking?.cancel();
    const { token } = (this.looking = new CancellationTokenSource());
    interface Found { total: number; places: ProtocolLocation[] }
    const found = await this.server.execute<Found>('slugline.mentions', { uri }, token);
    if (!found) {
      return [];
    }
    const { total, places } = found;
    if (total === 0) {
      return [{ kind: 'more', label: 'None' }];
    }
    const more = total - places.length;
    return [...this.byNote(places, true), ...(more > 0 ? [{ kind: 'more' as const, label: `… and ${more} more` }] : [])];
  }

  /** Makes links of all mentions of a note, or of one. */
  async link(entry: MentionsEntry | LinkEntry): Promise<void> {
    if (entry.kind === 'link') {
      await this.server.execute('slugline.linkMentions', { place: this.server.asLocation(entry.place) });
    } else {
      const found = await this.server.execute<{ total: number }>('slugline.mentions', { uri: entry.uri, limit: 0 });
      if (!found?.total) {
        return;
      }
      const all = found.total === 1 ? 'Link 1 mention' : `Link ${found.total} mentions`;
      const detail = 'The notes are changed and not saved yet. What would not be a link, or would change more than that, is left as it is.';
      if (await window.showWarningMessage(`${all} of this note in other notes?`, { modal: true, detail }, 'Link All')) {
        await this.server.execute('slugline.linkMentions', { uri: entry.uri });
      }
    }
    this.refresh();
  }
}

/** The tags of the vault as a tree. */
class Tags extends View {
  constructor(server: Server) {
    super(server, 'slugline.tags');
    this.on(listener => workspace.onDidSaveTextDocument(({ languageId }) => languageId === 'markdown' && listener()));
  }

  async roots(): Promise<Entry[]> {
    if (!knowsVault()) {
      return [];
    }
    const found = await this.server.execute<{ tag: string; notes: number }[]>('slugline.tags', { uri: this.uri() });
    const roots: TagEntry[] = [];
    const known = new Map<string, TagEntry>();
    // Those above come before those below.
    for (const { tag, notes } of (found ?? []).sort((a, b) => a.tag.split('/').length - b.tag.split('/').length || b.notes - a.notes)) {
      const entry: TagEntry = { kind: 'tag', tag, notes, below: [] };
      known.set(tag.toLowerCase(), entry);
      const above = known.get(tag.toLowerCase().replace(/\/?[^/]*$/, ''));
      (above?.below ?? roots).push(entry);
    }
    return roots;
  }
}

/** Names that links use and no note has, the most wanted first. */
class Unresolved extends View {
  constructor(server: Server) {
    super(server, 'slugline.unresolved');
    this.on(listener => workspace.onDidSaveTextDocument(({ languageId }) => languageId === 'markdown' && listener()));
    this.on(listener => workspace.onDidCreateFiles(listener));
  }

  async roots(): Promise<Entry[]> {
    interface Found { total: number; names: { name: string; notes: number }[] }
    const found = knowsVault() ? await this.server.execute<Found>('slugline.unresolved', { uri: this.uri() }) : undefined;
    const { total, names } = found ?? { total: 0, names: [] };
    this.view.description = total > names.length ? `the ${names.length} most wanted of ${total}` : '';
    return names.map(({ name, notes }): NameEntry => ({ kind: 'name', name, notes }));
  }
}

/** Makes the views, and the commands of their menus. */
export function registerViews(server: Server): Disposable[] {
  last = activeNote();
  const backlinks = new Backlinks(server);
  const views = [backlinks, new Tags(server), new Unresolved(server)];
  return [
    ...views,
    window.onDidChangeActiveTextEditor(() => {
      const folder = last && workspace.getWorkspaceFolder(last);
      const isFirst = !last;
      last = activeNote() ?? last;
      // Another folder is another vault.
      if (last && (isFirst || workspace.getWorkspaceFolder(last) !== folder) && (workspace.workspaceFolders?.length ?? 0) !== 1) {
        views.forEach(view => view.refresh());
      }
    }),
    commands.registerCommand('slugline.editor.refreshViews', () => views.forEach(view => view.refresh())),
    commands.registerCommand('slugline.editor.createUnresolved', async ({ name }: NameEntry) => {
      await commands.executeCommand('slugline.editor.createNote', name);
      views.forEach(view => view.refresh());
    }),
    commands.registerCommand('slugline.editor.linkMention', (entry: LinkEntry) => backlinks.link(entry)),
    commands.registerCommand('slugline.editor.linkMentions', (entry: MentionsEntry) => backlinks.link(entry)),
    commands.registerCommand('slugline.editor.renameTag', async ({ tag }: TagEntry) => {
      // As anybody would: with the cursor on the tag.
      const uri = activeNote() ?? last;
      const found = await server.execute<ProtocolLocation[]>('slugline.tags', { uri: uri && server.asUri(uri), tag });
      const own = found?.[0] && server.fromLocation(found[0]);
      if (own) {
        await window.showTextDocument(own.uri, { selection: new Range(own.range.start, own.range.start) });
        await commands.executeCommand('editor.action.rename');
      }
    }),
  ];
}
