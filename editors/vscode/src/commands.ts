// The server's commands in the palette, and what it asks the window to do: the server's own want the note and the place
// that they are about, which the palette does not give.
import { commands, type Disposable, type Location, Position, window } from 'vscode';
import type { Location as ProtocolLocation, Position as ProtocolPosition } from 'vscode-languageclient';
import type { Server } from './server';

/** The command by which the server has references shown, for a code lens: as `editor.action.showReferences`. */
export const SHOW_REFERENCES = 'slugline.editor.showReferences';

/** Commands of the palette without the prefix that all have; the server's are the same. */
const SERVERS = ['randomNote', 'openSource', 'statistics'];

export function registerCommands(server: Server): Disposable[] {
  return [
    ...SERVERS.map(name =>
      commands.registerCommand(`slugline.editor.${name}`, () => server.execute(`slugline.${name}`, here(server))),
    ),
    commands.registerCommand(SHOW_REFERENCES, (uri: string, position: ProtocolPosition, found: ProtocolLocation[]) =>
      showReferences(server, uri, position, found),
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

/** Shows places in the list beside the text that references are shown in. */
async function showReferences(
  server: Server, uri: string, { line, character }: ProtocolPosition, found: ProtocolLocation[],
): Promise<void> {
  const locations: Location[] = found.map(location => server.fromLocation(location));
  await commands.executeCommand('editor.action.showReferences', server.fromUri(uri), new Position(line, character), locations);
}
