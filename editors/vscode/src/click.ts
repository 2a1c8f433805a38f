// Ctrl+click on a timestamp opens its video: a link in the text. VS Code goes to the definition as well, which is in the
// captions, and they would cover the note. F12 leads there.
import {
  type Definition, type DefinitionLink, type Disposable, type Range, type TextDocument, TextEditorSelectionChangeKind, window,
} from 'vscode';
import type { DefinitionMiddleware } from 'vscode-languageclient';

type Provide = NonNullable<DefinitionMiddleware['provideDefinition']>;

const CAPTIONS = /\.(vtt|srt|json3|txt)$/i;

/** Milliseconds within which a click asks where it leads. */
const CLICK = 1000;

/** The timestamp that the mouse is on while Ctrl is held: VS Code asks then where it leads, to show it as a link. */
let pointed: { document: TextDocument; version: number; range: Range } | undefined;

/** When the mouse has put the cursor somewhere. */
let clicked = 0;

export function watchClicks(): Disposable {
  return window.onDidChangeTextEditorSelection(({ kind }) => {
    if (kind === TextEditorSelectionChangeKind.Mouse) {
      clicked = Date.now();
    } else if (kind === TextEditorSelectionChangeKind.Keyboard) {
      pointed = undefined;
    }
  });
}

/** Gives no definition to a Ctrl+click on a timestamp. */
export const unlessClicked =
  (provide: Provide): Provide =>
  async (document, position, token, next) => {
    const found = await provide(document, position, token, next);
    const range = timestamp(found);
    if (!range) {
      return found;
    }
    const editor = window.activeTextEditor;
    if (editor?.document !== document || !editor.selection.active.isEqual(position)) {
      pointed = { document, version: document.version, range };
      return found;
    }
    const was = pointed;
    pointed = undefined;
    const same = was?.document === document && was.version === document.version && was.range.contains(position);
    return same && Date.now() - clicked < CLICK ? undefined : found;
  };

/** Where the timestamp is that leads to captions. */
function timestamp(found: Definition | DefinitionLink[] | null | undefined): Range | undefined {
  const [first] = found ? [found].flat() : [];
  return first && 'targetUri' in first && CAPTIONS.test(first.targetUri.path) ? first.originSelectionRange : undefined;
}
