// Opens the note that a code action has made.
import { type CodeAction, commands, type Disposable, type Uri } from 'vscode';
import type { ResolveCodeActionSignature } from 'vscode-languageclient';
import { openNote } from './commands';

/** The command by which the server has a note saved and shown that a quick fix has made. */
export const OPEN_NOTE = 'slugline.editor.openNote';

/** Commands without an argument, by their names, which end in the note. */
const opening = new Map<string, Disposable>();

/**
 * VS Code forgets the arguments of an action's command when its menu is asked for anew, which may be while the action makes its
 * change, and then finds no such command. So one that is about to be taken gets a command that needs none.
 */
export async function opensByName(
  action: CodeAction, next: () => ReturnType<ResolveCodeActionSignature>, fromUri: (uri: string) => Uri,
): Promise<CodeAction> {
  const taken = (await next()) ?? action;
  const command = taken.command ?? action.command;
  const [to] = (command?.arguments ?? []) as { uri: string }[];
  if (command?.command === OPEN_NOTE && to) {
    const uri = fromUri(to.uri);
    const name = `${OPEN_NOTE}:${uri.toString()}`;
    opening.has(name) || opening.set(name, commands.registerCommand(name, () => openNote(uri)));
    taken.command = { title: command.title, command: name };
  }
  return taken;
}

/** Takes those commands back. */
export function forgetOpening(): void {
  opening.forEach(command => command.dispose());
  opening.clear();
}
