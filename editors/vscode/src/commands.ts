// The server's commands in the palette, and what it asks the window to do: the server's own want the note and the place
// that they are about, which the palette does not give.
import { commands, type Disposable, Position, Selection, type TextEditor, type Uri, window, workspace } from 'vscode';
import type { Location as ProtocolLocation, Position as ProtocolPosition } from 'vscode-languageclient';
import { noteEditor } from './notes';
import type { Server } from './server';
import type { Timelines } from './timeline';

/** The command by which the server has references shown, for a code lens: as `editor.action.showReferences`. */
export const SHOW_REFERENCES = 'slugline.editor.showReferences';

/** Commands of the palette without the prefix that all have, that are the server's by the same name and show what they find. */
const SERVERS = ['randomNote', 'statistics'];

/** Those of them that are about the note that is being edited. */
const OF_NOTE = ['openSource', 'showResolution'];

export function registerCommands(server: Server, timelines: Timelines): Disposable[] {
  return [
    ...SERVERS.map(name =>
      commands.registerCommand(`slugline.editor.${name}`, () => server.execute(`slugline.${name}`, here(server))),
    ),
    ...OF_NOTE.map(name =>
      commands.registerCommand(`slugline.editor.${name}`, () => noteEditor() && server.execute(`slugline.${name}`, here(server))),
    ),
    commands.registerCommand('slugline.editor.backlinks', () => backlinks(server)),
    commands.registerCommand('slugline.editor.dailyNote', async () => {
      const shown = await server.execute<{ uri: string }>('slugline.dailyNote', here(server));
      if (shown) {
        await openNote(server.fromUri(shown.uri));
      }
    }),
    commands.registerCommand('slugline.editor.showTimeline', () => noteEditor() && timelines.show(here(server))),
    commands.registerCommand('slugline.editor.insertTimestamp', () => insertTimestamp(server)),
    commands.registerCommand(SHOW_REFERENCES, (uri: string, { line, character }: ProtocolPosition, found: ProtocolLocation[]) =>
      showReferences(server, server.fromUri(uri), new Position(line, character), found),
    ),
  ];
}

/** The note that is being edited, and where in it. */
function here(server: Server): object {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') {
    return {};
  }
  const { line, character } = editor.selection.active;
  return { uri: server.asUri(editor.document.uri), position: { line, character } };
}

/** Shows the links of other notes to the note, or to the heading that the cursor is on. */
async function backlinks(server: Server): Promise<void> {
  const editor = noteEditor();
  const found = editor && (await server.execute<ProtocolLocation[]>('slugline.backlinks', here(server)));
  if (!found) {
    return;
  }
  if (found.length === 0) {
    void window.showInformationMessage('No backlinks');
    return;
  }
  await showReferences(server, editor.document.uri, editor.selection.active, found);
}

/** Asks for a time and has the server insert a timestamp at the cursor, which is behind it then. */
async function insertTimestamp(server: Server): Promise<void> {
  const editor = noteEditor();
  const typed = editor && (await window.showInputBox({
    title: 'Insert Timestamp',
    prompt: 'Time in the video. Empty: that of what is said next',
    placeHolder: '4:32',
  }));
  if (!editor || typed === undefined) {
    return;
  }
  await insertTimestampAt(server, editor, { time: typed.trim() || undefined });
}

/** Has the server insert a timestamp at the cursor of an editor, which is behind it then. */
export async function insertTimestampAt(server: Server, editor: TextEditor, what: object): Promise<void> {
  const at = editor.selection.active;
  const position = { line: at.line, character: at.character };
  const uri = server.asUri(editor.document.uri);
  const made = await server.execute<{ text: string }>('slugline.insertTimestamp', { uri, position, ...what });
  if (made) {
    const end = at.translate(0, made.text.length);
    editor.selection = new Selection(end, end);
  }
}

/** Shows places in the list beside the text that references are shown in. */
async function showReferences(server: Server, uri: Uri, at: Position, found: ProtocolLocation[]): Promise<void> {
  const locations = found.map(location => server.fromLocation(location));
  await commands.executeCommand('editor.action.showReferences', uri, at, locations);
}

/** Shows a note, with the cursor at its end; a new one is saved, since VS Code makes new files empty and leaves their text unsaved. */
export async function openNote(uri: Uri): Promise<void> {
  // Not by `openTextDocument`, which keeps a note open for minutes after its editor is closed.
  await commands.executeCommand('vscode.open', uri);
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  if (!editor) {
    return;
  }
  const { document } = editor;
  if (document.isDirty && (await workspace.fs.stat(uri)).size === 0) {
    await document.save();
  }
  const { end } = document.lineAt(document.lineCount - 1).range;
  editor.selection = new Selection(end, end);
  editor.revealRange(editor.selection);
}
