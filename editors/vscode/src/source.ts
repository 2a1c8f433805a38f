// The view of the note's video: the moments of it that any note cites, in its order, and under each the citations. It asks
// the server when it is shown, and again when the note changes or another one is edited.
import {
  commands, type Disposable, type Location, ThemeIcon, TreeItem, TreeItemCollapsibleState, type Uri, window, workspace,
} from 'vscode';
import type { Location as ProtocolLocation } from 'vscode-languageclient';
import { activeNote, isNote, linesOf, nameOf } from './notes';
import type { Server } from './server';
import { Tree } from './tree';
import type { Source, WatchPanel } from './watch';

/** What `slugline.moments` answers. */
interface Moments {
  source: Source;
  title: string;
  counts: string;
  moments: Moment[];
  total: number;
}

interface Moment {
  second: number;
  time: string;
  words: string | null;
  /** Whether the words are of the video, and not of a note. */
  said: boolean;
  url: string | null;
  citations: ProtocolLocation[];
  total: number;
}

type Entry = MomentEntry | { kind: 'citation'; place: Location; line: string } | { kind: 'more'; count: number; of: string };

interface MomentEntry {
  kind: 'moment';
  moment: Moment;
  source: Source;
  note: Uri;
}

/** Notes that are named beside a moment. */
const MOST_NAMED = 3;

class SourceView extends Tree<Entry> {
  // The note that was edited last: with the focus in the view, there is none.
  private note = activeNote();

  constructor(server: Server) {
    super(server, 'slugline.source');
    this.listen(window.onDidChangeActiveTextEditor(() => {
      const note = activeNote();
      if (note && note.toString() !== this.note?.toString()) {
        this.note = note;
        this.refresh();
      }
    }));
    this.on(listener => workspace.onDidChangeTextDocument(({ document }) => isNote(document) && listener()));
    this.on(listener => workspace.onDidSaveTextDocument(listener));
  }

  async getChildren(entry?: Entry): Promise<Entry[]> {
    if (entry?.kind === 'moment') {
      const places = entry.moment.citations.map(location => this.server.fromLocation(location));
      const more = entry.moment.total - places.length;
      return [...(await Promise.all(places.map(citation))), ...(more > 0 ? [{ kind: 'more' as const, count: more, of: 'citations' }] : [])];
    }
    return entry ? [] : this.moments();
  }

  private async moments(): Promise<Entry[]> {
    const { note } = this;
    const found = note && (await this.server.execute<Moments | null>('slugline.moments', { uri: this.server.asUri(note) }));
    this.view.description = found?.title ?? '';
    void commands.executeCommand('setContext', 'slugline.source', found ? 'known' : note ? 'none' : 'no note');
    if (!found) {
      return [];
    }
    const { moments, source, total } = found;
    const more = total - moments.length;
    return [
      ...moments.map((moment): MomentEntry => ({ kind: 'moment', moment, source, note })),
      ...(more > 0 ? [{ kind: 'more' as const, count: more, of: 'moments' }] : []),
    ];
  }

  getTreeItem(entry: Entry): TreeItem {
    const { Collapsed, None } = TreeItemCollapsibleState;
    switch (entry.kind) {
      case 'moment': {
        const { time, words, said, citations, total } = entry.moment;
        const item = new TreeItem(words ? `${time}  ${words}` : time, Collapsed);
        const names = [...new Set(citations.map(({ uri }) => nameOf(this.server.fromUri(uri))))];
        item.description = names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ', …' : '');
        item.tooltip = `${words ? (said ? `Said at ${time}: “${words}”` : `Cited at ${time}: ${words}`) : time}\n${counted(total, 'citation')}`;
        item.contextValue = 'moment';
        return item;
      }
      case 'citation': {
        const { uri, range } = entry.place;
        const item = new TreeItem(uri, None);
        item.iconPath = ThemeIcon.File;
        item.label = nameOf(uri);
        item.description = entry.line;
        item.tooltip = `${workspace.asRelativePath(uri)}:${range.start.line + 1}\n${entry.line}`;
        item.command = { command: 'vscode.open', title: 'Open', arguments: [uri, { selection: range }] };
        item.contextValue = 'citation';
        return item;
      }
      case 'more': {
        const item = new TreeItem(`${entry.count} more`, None);
        item.tooltip = `All ${entry.of} are in the timeline of the video`;
        item.command = { command: 'slugline.editor.showTimeline', title: 'Show Timeline' };
        return item;
      }
    }
  }
}

/** A place with the line around it, which VS Code would show with the tags of its timestamps. */
async function citation(place: Location): Promise<Entry> {
  const lines = await linesOf(place.uri).catch((): string[] => []);
  const line = (lines[place.range.start.line] ?? '').replace(/<a [^>]*>|<\/a>/g, '').trim();
  return { kind: 'citation', place, line };
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Makes the view, and the commands of its menus. */
export function registerSource(server: Server, watch: WatchPanel): Disposable[] {
  const view = new SourceView(server);
  return [
    view,
    commands.registerCommand('slugline.editor.refreshSource', () => view.refresh()),
    commands.registerCommand('slugline.editor.playMoment', ({ moment, source, note }: MomentEntry) =>
      watch.play(note, source, moment.second, moment.url),
    ),
  ];
}
