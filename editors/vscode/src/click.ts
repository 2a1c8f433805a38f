// Ctrl+click on a timestamp opens its video: a link in the text. VS Code goes to the definition as well, which is in the
// captions, and they would cover the note. F12 leads there.
import { commands, type Definition, type DefinitionLink, type Disposable, env, Range, Uri } from 'vscode';
import type { DefinitionMiddleware, DocumentLinkMiddleware } from 'vscode-languageclient';

type Provide = NonNullable<DefinitionMiddleware['provideDefinition']>;

/** The command that links to videos run, which is how we learn of a click. */
const OPEN_VIDEO = 'slugline.editor.openVideo';

const CAPTIONS = /\.(vtt|srt|json3|txt)$/i;

/** Milliseconds within which a question for a definition belongs to the click that opened a link. */
const CLICK = 1000;

/** Milliseconds that the click may come behind the answer to the question for its definition. */
const LATE = 250;

/** What a link to a video gives its command. */
interface Video {
  url: string;
  note: string;
  line: number;
  start: number;
  end: number;
}

/** The link that was opened last, and when. */
let opened: { note: string; range: Range; at: number } | undefined;

/** Called when a link is opened. */
const waiting = new Set<() => void>();

/** Questions for definitions that a key has asked. */
let keys = 0;

export function registerClick(): Disposable {
  return commands.registerCommand(OPEN_VIDEO, ({ url, note, line, start, end }: Video) => {
    opened = { note, range: new Range(line, start, line, end), at: Date.now() };
    waiting.forEach(tell => tell());
    return env.openExternal(Uri.parse(url, true));
  });
}

/** Links to videos run our command. */
export const provideDocumentLinks: NonNullable<DocumentLinkMiddleware['provideDocumentLinks']> = async (
  document, token, next,
) => {
  const links = await next(document, token);
  for (const link of links ?? []) {
    if (link.target && /^https?$/.test(link.target.scheme)) {
      const { start, end } = link.range;
      const video: Video = {
        url: link.target.toString(), note: document.uri.toString(), line: start.line, start: start.character, end: end.character,
      };
      link.target = Uri.from({ scheme: 'command', path: OPEN_VIDEO, query: encodeURIComponent(JSON.stringify([video])) });
    }
  }
  return links;
};

/** Goes to the definition for a key, which is no click. */
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
    if (keys > 0 || !leadsToCaptions(found)) {
      return found;
    }
    const clicked = () =>
      opened?.note === document.uri.toString() && opened.range.contains(position) && Date.now() - opened.at < CLICK;
    if (!clicked()) {
      await nextClick();
    }
    return clicked() ? undefined : found;
  };

/** Waits for a link to be opened, but not for long: a click asks for both at once, in no certain order. */
function nextClick(): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      waiting.delete(done);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, LATE);
    waiting.add(done);
  });
}

function leadsToCaptions(found: Definition | DefinitionLink[] | null | undefined): boolean {
  const [first] = found ? [found].flat() : [];
  return first !== undefined && 'targetUri' in first && CAPTIONS.test(first.targetUri.path);
}
