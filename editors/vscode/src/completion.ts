// Where the cursor is after a suggestion was taken.
import { CompletionList, Range, SnippetString } from 'vscode';
import type { CompletionMiddleware } from 'vscode-languageclient';

const CLOSING = ']]';

/**
 * Where VS Code has typed the closing brackets of a link already, a suggestion would go between them and leave the cursor
 * there. So it writes them again: then the cursor is behind the link, as it is where the suggestion brings them.
 */
export const leavesLink: NonNullable<CompletionMiddleware['provideCompletionItem']> = async (
  document, position, context, token, next,
) => {
  // The text to which the answer refers: while the server works on it, more may be typed.
  const line = document.lineAt(position).text;
  const found = await next(document, position, context, token);
  for (const item of found instanceof CompletionList ? found.items : (found ?? [])) {
    const { range, insertText } = item;
    if (!(range instanceof Range) || insertText === undefined) {
      continue;
    }
    if (line.startsWith(CLOSING, range.end.character)) {
      item.range = range.with(undefined, range.end.translate(0, CLOSING.length));
      item.insertText = typeof insertText === 'string' ? insertText + CLOSING : new SnippetString(insertText.value + CLOSING);
    }
  }
  return found;
};
