// Ctrl+click on a timestamp opens its video: a link in the text. VS Code goes to the definition as well, which is in the
// captions, and they would cover the note. F12 leads there.
import {
  commands, type Definition, type DefinitionLink, type Disposable, type DocumentLink, languages, type Range, type TextDocument,
  type Uri,
} from 'vscode';
import type { DefinitionMiddleware, DocumentLinkMiddleware } from 'vscode-languageclient';

type Provide = NonNullable<DefinitionMiddleware['provideDefinition']>;

const CAPTIONS = /\.(vtt|srt|json3|txt)$/i;

/** Milliseconds within which a question for a definition belongs to the click that opened a link. */
const CLICK = 1000;

/** Where links to videos lead. VS Code asks for that when it opens one, which is how we learn that it does. */
const targets = new WeakMap<DocumentLink, { document: TextDocument; target: Uri }>();

/** The link that was opened last, and when. */
let opened: { document: TextDocument; range: Range; at: number } | undefined;

const provideDocumentLinks: NonNullable<DocumentLinkMiddleware['provideDocumentLinks']> = async (
  document, token, next,
) => {
  const links = await next(document, token);
  for (const link of links ?? []) {
    // Where an attachment is it asks for anyway; and a command needs its trust before.
    if (link.target && link.target.scheme !== 'command') {
      targets.set(link, { document, target: link.target });
      delete link.target;
    }
  }
  return links;
};

const resolveDocumentLink: NonNullable<DocumentLinkMiddleware['resolveDocumentLink']> = (link, token, next) => {
  const known = targets.get(link);
  if (!known) {
    return next(link, token);
  }
  opened = { document: known.document, range: link.range, at: Date.now() };
  setTimeout(forgetLinks);
  return Object.assign(link, { target: known.target });
};

/** What the language client hands on of links. */
export const links = { provideDocumentLinks, resolveDocumentLink } satisfies DocumentLinkMiddleware;

let noLinks: Disposable | undefined;

/** VS Code keeps what it was answered, until another extension may have links: it is to ask at the next click again. */
function forgetLinks(): void {
  noLinks?.dispose();
  noLinks = languages.registerDocumentLinkProvider('markdown', { provideDocumentLinks: () => undefined });
}

/** Questions for definitions that a key has asked. */
let keys = 0;

/** Goes to the definition for a key, which is no click, however soon behind one. */
export async function revealDefinition(): Promise<void> {
  keys++;
  try {
    await commands.executeCommand('editor.action.revealDefinition');
  } finally {
    keys--;
  }
}

/** Gives no definition to a Ctrl+click on a timestamp. */
export const unlessClicked =
  (provide: Provide): Provide =>
  async (document, position, token, next) => {
    const found = await provide(document, position, token, next);
    // The click has asked for both at once, and this has been to the server and back.
    const clicked = opened?.document === document && opened.range.contains(position) && Date.now() - opened.at < CLICK;
    return clicked && keys === 0 && leadsToCaptions(found) ? undefined : found;
  };

function leadsToCaptions(found: Definition | DefinitionLink[] | null | undefined): boolean {
  const [first] = found ? [found].flat() : [];
  return first !== undefined && 'targetUri' in first && CAPTIONS.test(first.targetUri.path);
}
