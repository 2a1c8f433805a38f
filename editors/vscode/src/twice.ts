// Keeps quiet where VS Code's own markdown support has given the same answer.
import {
  commands, type Definition, type DefinitionLink, type Location, type LocationLink, type Position, type TextDocument,
} from 'vscode';
import type { DefinitionMiddleware } from 'vscode-languageclient';

/** Definitions that the others are being asked for, and we are not. */
const asking = new Set<string>();

/**
 * Where a markdown link leads, VS Code knows as well, if the link names a heading the way it does; two equal answers would
 * be a list to choose from. So the others are asked first, and only what they do not know is added.
 */
export const unlessKnown: NonNullable<DefinitionMiddleware['provideDefinition']> = async (
  document, position, token, next,
) => {
  const question = `${document.uri.toString()} ${document.version} ${position.line}:${position.character}`;
  if (asking.has(question)) {
    return undefined;
  }
  const ours = await next(document, position, token);
  if (!ours || !leadsFromMarkdownLink(document, ours)) {
    return ours;
  }
  const theirs = await askOthers(question, document, position);
  const known = new Set(theirs.map(place));
  return [ours].flat().filter(target => !known.has(place(target))) as LocationLink[];
};

async function askOthers(question: string, document: TextDocument, position: Position): Promise<Target[]> {
  asking.add(question);
  try {
    return (await commands.executeCommand<Target[]>('vscode.executeDefinitionProvider', document.uri, position)) ?? [];
  } catch {
    return [];
  } finally {
    asking.delete(question);
  }
}

type Target = Location | LocationLink;

/** Wikilinks are ours alone. */
function leadsFromMarkdownLink(document: TextDocument, targets: Definition | DefinitionLink[]): boolean {
  const [first] = [targets].flat();
  const origin = first && 'originSelectionRange' in first ? first.originSelectionRange : undefined;
  return origin !== undefined && /^!?\[(?!\[)/.test(document.getText(origin));
}

/** The line it leads to: how much of a heading is meant, each says in its own way. */
function place(target: Target): string {
  return 'targetUri' in target
    ? `${target.targetUri.toString()}#${(target.targetSelectionRange ?? target.targetRange).start.line}`
    : `${target.uri.toString()}#${target.range.start.line}`;
}
