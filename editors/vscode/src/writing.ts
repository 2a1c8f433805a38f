// Commands for who writes: copy and insert links, new notes from templates, and what else the server has for a note, from
// the palette and by keys. What a link is and where it leads, the server says.
import {
  type CodeAction, CodeActionKind, commands, type Disposable, env, Position, type QuickPickItem, Selection, SymbolKind, type TextEditor, type Uri, window, workspace,
} from 'vscode';
import type { SymbolInformation as ProtocolSymbol } from 'vscode-languageclient';
import { openNote } from './commands';
import { activeNote, isNote, noteEditor, noteInTab } from './notes';
import type { Server } from './server';

export function registerWriting(server: Server): Disposable[] {
  const command = (name: string, run: (...args: unknown[]) => unknown) => commands.registerCommand(`slugline.editor.${name}`, run);
  return [
    command('copyLink', () => copyLink(server)),
    command('insertLink', () => insertLink(server)),
    command('showFirstHover', () => showFirstHover(server)),
    command('newFromTemplate', () => newFromTemplate(server)),
    command('extractSelection', () => act(CodeActionKind.RefactorExtract)),
    command('tableOfContents', tableOfContents),
    command('renameNote', () => renameNote(server)),
    command('convertNoteToMarkdown', () => convert(server, 'markdown', 'note')),
    command('convertNoteToWikilinks', () => convert(server, 'wiki', 'note')),
    command('convertVaultToMarkdown', () => convert(server, 'markdown', 'vault')),
    command('convertVaultToWikilinks', () => convert(server, 'wiki', 'vault')),
  ];
}

const asPosition = ({ line, character }: Position) => ({ line, character });

/** Puts the link that leads to the heading, block or moment at the cursor on the clipboard. */
async function copyLink(server: Server): Promise<void> {
  const editor = noteEditor();
  if (!editor) {
    return;
  }
  const here = { uri: server.asUri(editor.document.uri), position: asPosition(editor.selection.active) };
  const copied = await server.execute<{ text: string }>('slugline.copyLink', here);
  if (copied) {
    await env.clipboard.writeText(copied.text);
    window.setStatusBarMessage(`$(link) Copied ${copied.text}`, 5000);
  }
}

interface NoteItem extends QuickPickItem {
  /** The note. */
  uri?: Uri;
  /** The name of one that is still to be made. */
  create?: string;
}

/**
 * The editor of the note that is being edited. Where another page is in front, such as the walkthrough, a note in another tab is
 * shown, or one that is chosen.
 */
async function anyNoteEditor(server: Server): Promise<TextEditor | undefined> {
  if (!window.activeTextEditor) {
    const note = noteInTab() ?? (await chooseNote(server, '', 'In Which Note?', false))?.uri;
    if (!note) {
      return undefined;
    }
    await commands.executeCommand('vscode.open', note);
  }
  return noteEditor();
}

/** Shows the hover of the first link of a note, for whoever wants to see one. */
async function showFirstHover(server: Server): Promise<void> {
  const editor = await anyNoteEditor(server);
  const link = editor?.document.getText().search(/\[\[[^\]]/) ?? -1;
  if (editor && link >= 0) {
    const at = editor.document.positionAt(link + 3);
    editor.selection = new Selection(at, at);
    editor.revealRange(editor.selection);
  }
  await commands.executeCommand('editor.action.showHover');
}

/** Has a note chosen, and writes a link to it; what is selected is the link's text. */
async function insertLink(server: Server): Promise<void> {
  const editor = await anyNoteEditor(server);
  if (!editor) {
    return;
  }
  const { document, selection } = editor;
  const selected = selection.isSingleLine ? document.getText(selection) : '';
  const blank = selected.length - selected.trimStart().length;
  const chosen = await chooseNote(server, selected.trim(), 'Insert Link', true);
  if (!chosen) {
    return;
  }
  const uri = server.asUri(document.uri);
  const made = chosen.uri ?? (await server.execute<{ uri: string }>('slugline.createNote', { name: chosen.create, uri }))?.uri;
  if (!made) {
    return;
  }
  const to = typeof made === 'string' ? made : server.asUri(made);
  const range = { start: asPosition(selection.start), end: asPosition(selection.end) };
  const inserted = await server.execute<{ text: string }>('slugline.insertLink', { uri, range, to });
  if (inserted) {
    const start = selection.start.translate(0, blank);
    const end = start.translate(0, inserted.text.length);
    editor.selection = new Selection(end, end);
  }
}

/** A note by its name, of those that the server finds for what is typed, or a new one of that name. */
function chooseNote(server: Server, typed: string, title: string, create: boolean): Promise<NoteItem | undefined> {
  const pick = window.createQuickPick<NoteItem>();
  pick.placeholder = 'Name of a note';
  pick.title = title;
  pick.value = typed;
  pick.matchOnDescription = true;
  let asked = 0;
  const ask = async () => {
    const own = ++asked;
    const query = pick.value.trim();
    pick.busy = true;
    const found = await server.ask<ProtocolSymbol[]>('workspace/symbol', { query });
    if (own !== asked) {
      return; // more has been typed meanwhile
    }
    // Of the protocol's kinds, which VS Code counts from 0.
    const notes = (found ?? []).filter(({ kind }) => kind === SymbolKind.File + 1);
    pick.items = [
      ...notes.map(({ name, containerName, location }): NoteItem => ({
        label: name, description: containerName ?? '', uri: server.fromUri(location.uri), alwaysShow: true,
      })),
      // Without the name in its label, which VS Code would put first as what fits best.
      ...(query && create ? [{ label: '$(new-file) Create note', description: query, create: query, alwaysShow: true }] : []),
    ];
    pick.busy = false;
  };
  return new Promise(done => {
    pick.onDidChangeValue(ask);
    pick.onDidAccept(() => {
      // Rows that come just then are marked, but not yet selected.
      done(pick.selectedItems[0] ?? pick.activeItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      done(undefined);
      pick.dispose();
    });
    pick.show();
    void ask();
  });
}

/** Has a template and a name chosen, and opens the note that is made of them. */
async function newFromTemplate(server: Server): Promise<void> {
  const from = activeNote();
  const about = from ? { uri: server.asUri(from) } : {};
  const templates = await server.execute<string[]>('slugline.templates', about);
  if (!templates) {
    return;
  }
  if (templates.length === 0) {
    const open = 'Open Settings';
    if ((await window.showInformationMessage('There are no templates in the folder of the setting `slugline.templates.folder`.', open)) === open) {
      await commands.executeCommand('workbench.action.openSettings', 'slugline.templates.folder');
    }
    return;
  }
  const items = templates.map(template => {
    const [, folder, name] = /^(.*?)([^/]+)$/.exec(template) ?? ['', '', template];
    return { label: name!.replace(/\.[^.]+$/, ''), description: folder, template };
  });
  const picked = await window.showQuickPick(items, { title: 'New Note from Template', placeHolder: 'Template' });
  const name = picked && (await window.showInputBox({
    title: `New Note from ${picked.label}`,
    prompt: 'Name of the note, also used for the file',
    validateInput: value => (value.trim() ? undefined : 'Enter a name'),
  }));
  if (name === undefined) {
    return;
  }
  const made = await server.execute<{ uri: string }>('slugline.createNote', { ...about, name: name.trim(), template: picked?.template });
  if (made) {
    await openNote(server.fromUri(made.uri));
  }
}

/** The refactorings of one kind for the selection: the only one, or a menu. */
function act(kind: CodeActionKind): Thenable<unknown> | undefined {
  return noteEditor() && commands.executeCommand('editor.action.codeAction', { kind: kind.value, apply: 'ifSingle' });
}

/** Makes a table of contents, or brings it up to date. */
async function tableOfContents(): Promise<void> {
  const editor = noteEditor();
  if (!editor) {
    return;
  }
  const { document, selection } = editor;
  const find = async (kind: CodeActionKind) => {
    const all = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, selection, kind.value, 50);
    return all?.find(({ title }) => /^(Insert|Update) table of contents$/.test(title));
  };
  // At the cursor it is a refactoring, else it is about the note.
  const found = (await find(CodeActionKind.RefactorRewrite)) ?? (await find(CodeActionKind.Source));
  if (found?.edit) {
    await workspace.applyEdit(found.edit, { isRefactoring: true });
  } else {
    void window.showInformationMessage('The table of contents is up to date, or the note has fewer than two headings.');
  }
}

/** Renames the note, its file and every link to it, as F2 on its title does. */
async function renameNote(server: Server): Promise<void> {
  const editor = noteEditor();
  if (!editor) {
    return;
  }
  const { document } = editor;
  const position = { line: 0, character: 0 };
  const prepared = await server.ask<{ placeholder?: string }>('textDocument/prepareRename', {
    textDocument: { uri: server.asUri(document.uri) }, position,
  });
  if (!prepared) {
    void window.showInformationMessage('The first line of this note is something else to rename; use F2 on its title, or rename the file.');
    return;
  }
  await commands.executeCommand('editor.action.rename', [document.uri, new Position(0, 0)]);
}

/** What `slugline.convertLinks` answers. */
interface Converted {
  links: number;
  notes: number;
  left: number;
  applied: boolean;
}

/** Gives all links of the note or of the vault another form; VS Code shows the changes before it makes them. */
async function convert(server: Server, to: 'wiki' | 'markdown', scope: 'note' | 'vault'): Promise<void> {
  const editor = scope === 'note' ? noteEditor() : window.activeTextEditor;
  if (scope === 'note' && !editor) {
    return;
  }
  const uri = editor && isNote(editor.document) ? server.asUri(editor.document.uri) : undefined;
  const converted = await server.executeLong<Converted>('Converting links', 'slugline.convertLinks', { uri, to, scope });
  if (converted?.links === 0) {
    const why = converted.left > 0 ? `${converted.left} unchanged: broken, or not possible in the other form.` : '';
    void window.showInformationMessage(`There is no link to convert. ${why}`.trim());
  } else if (converted?.applied) {
    const { links, notes } = converted;
    void window.showInformationMessage(`Converted ${links} ${links === 1 ? 'link' : 'links'} in ${notes} ${notes === 1 ? 'note' : 'notes'}.`);
  }
}
