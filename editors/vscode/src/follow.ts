// Following a link to a note that is not there: whether to create it is asked once, with the notes that may be meant where a
// name is similar. A document link of the server and F12 lead here; without a click or a key nothing is asked.
import {
  commands, type Disposable, type Position, Range, type Uri, window, workspace,
} from 'vscode';
import type { Position as ProtocolPosition } from 'vscode-languageclient';
import { revealDefinition } from './click';
import { openNote } from './commands';
import { noteEditor } from './notes';
import type { Server } from './server';

/** The command by which the server has a link followed to a note that is not there. */
export const FOLLOW_MISSING = 'slugline.editor.followMissing';

/** What the server knows of such a note. */
interface Missing {
  name: string;
  range: { start: ProtocolPosition; end: ProtocolPosition };
  near: { uri: string; path: string; title: string }[];
}

/** A link that is being asked about: the second click on it is not another question. */
const asking = new Set<string>();

export function registerFollow(server: Server): Disposable[] {
  return [
    commands.registerCommand(FOLLOW_MISSING, ({ uri, position }: { uri: string; position: ProtocolPosition }) =>
      follow(server, uri, position),
    ),
    commands.registerCommand('slugline.editor.followLink', async () => {
      const editor = noteEditor();
      if (editor && !(await follow(server, server.asUri(editor.document.uri), editor.selection.active))) {
        await revealDefinition();
      }
    }),
  ];
}

/** Asks what to do about the link at a position, if it leads to no note; whether it is such a link. */
async function follow(server: Server, uri: string, { line, character }: ProtocolPosition | Position): Promise<boolean> {
  const missing = await server.execute<Missing | null>('slugline.missingNote', { uri, position: { line, character } });
  if (!missing) {
    return false;
  }
  const link = `${uri} ${missing.range.start.line}:${missing.range.start.character}`;
  if (!asking.has(link)) {
    asking.add(link);
    // What is asked waits for its answer, however long: the command does not.
    void ask(server, uri, missing).finally(() => asking.delete(link));
  }
  return true;
}

async function ask(server: Server, uri: string, { name, range, near }: Missing): Promise<void> {
  const settings = workspace.getConfiguration('slugline', server.fromUri(uri));
  const [first] = near;
  if (!first) {
    const pressed = settings.get('createOnFollow')
      ? 'Create'
      : await window.showInformationMessage(`No note is named “${name}” yet.`, 'Create', 'Always Create');
    if (pressed === 'Always Create') {
      await settings.update('createOnFollow', true, true);
    }
    return pressed ? create(server, uri, name) : undefined;
  }
  const open = `Open “${first.title}”`;
  const pressed = await window.showInformationMessage(`No note is named “${name}”. Did you mean “${first.title}” (${first.path})?`, open, 'Change Link…', 'Create');
  if (pressed === open) {
    await openNote(server.fromUri(first.uri));
  } else if (pressed === 'Change Link…') {
    await changeLink(server.fromUri(uri), range);
  } else if (pressed === 'Create') {
    await create(server, uri, name);
  }
}

/** Shows the quick fixes of the link. */
async function changeLink(uri: Uri, { start, end }: Missing['range']): Promise<void> {
  const link = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(uri, { selection: new Range(link.start, link.start) });
  await commands.executeCommand('editor.action.quickFix');
}

/** Has the server make the note where the link wants it, and opens it. */
async function create(server: Server, uri: string, name: string): Promise<void> {
  const made = await server.execute<{ uri: string }>('slugline.createNote', { name, uri });
  if (made) {
    await openNote(server.fromUri(made.uri));
  }
}
