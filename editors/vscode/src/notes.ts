// Notes as VS Code has them.
import { TabInputText, type TextDocument, type TextEditor, type Uri, window, workspace } from 'vscode';

/** Whether a document is a note: a markdown file. */
export function isNote({ languageId, uri }: TextDocument): boolean {
  return languageId === 'markdown' && uri.scheme === 'file';
}

/** The note that is being edited. */
export function activeNote(): Uri | undefined {
  const document = window.activeTextEditor?.document;
  return document && isNote(document) ? document.uri : undefined;
}

/** The editor that has the cursor, if it is in a note; else it is said what to do. */
export function noteEditor(): TextEditor | undefined {
  const editor = window.activeTextEditor;
  if (editor && isNote(editor.document)) {
    return editor;
  }
  const unsaved = editor?.document.languageId === 'markdown' && editor.document.isUntitled;
  void window.showInformationMessage(
    unsaved ? 'Save this note to a file of your vault first.' : 'Open a note and put the cursor into it first.',
  );
  return undefined;
}

/** A note in a tab that may be behind another, the one that was opened last. */
export function noteInTab(): Uri | undefined {
  const tabs = window.tabGroups.all.flatMap(({ tabs }) => tabs).reverse();
  const documents = tabs.map(({ input }) => (input instanceof TabInputText ? openDocument(input.uri) : undefined));
  return documents.find(document => document && isNote(document))?.uri;
}

/** The document of a file, if it is open. */
export function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
}

/** The text of a file: as it is in the editor, else as it is on the disk. */
export async function textOf(uri: Uri): Promise<string> {
  return openDocument(uri)?.getText() ?? new TextDecoder().decode(await workspace.fs.readFile(uri));
}

/** The same in lines. */
export async function linesOf(uri: Uri): Promise<string[]> {
  return (await textOf(uri)).split(/\r\n|\n|\r/);
}

/** The name of a file, without its folder and extension. */
export function nameOf({ path }: Uri): string {
  return path.replace(/^.*\/|\.[^.]*$/g, '');
}
