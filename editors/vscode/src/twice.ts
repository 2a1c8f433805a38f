// Keeps quiet where VS Code's own markdown support has given the same answer. docs/editors.md says which of the two
// stands where.
import {
  commands, type Definition, type DefinitionLink, type Diagnostic, extensions, type Location, type LocationLink, type Position,
  type Range, SymbolKind, type TextDocument, type Uri, workspace,
} from 'vscode';
import type {
  DefinitionMiddleware, DocumentSymbolMiddleware, Middleware, ReferencesMiddleware, WorkspaceSymbolMiddleware,
} from 'vscode-languageclient';
import { openDocument } from './notes';

/** Whether it is there: it may be switched off. */
const builtIn = (): boolean => extensions.getExtension('vscode.markdown-language-features') !== undefined;

/** Questions that the others are being asked, and we are not. */
const asking = new Set<string>();

/**
 * Where a markdown link leads, VS Code knows as well, if the link names a heading the way it does; two equal answers would
 * be a list to choose from. So the others are asked first, and only what they do not know is added.
 */
const provideDefinition: NonNullable<DefinitionMiddleware['provideDefinition']> = async (
  document, position, token, next,
) => {
  const question = questionOf('definition', document, position);
  if (asking.has(question)) {
    return undefined;
  }
  const ours = await next(document, position, token);
  if (!ours || !leadsFromMarkdownLink(document, ours)) {
    return ours;
  }
  const theirs = await askOthers<Target>(question, 'vscode.executeDefinitionProvider', document, position);
  const known = new Set(theirs.map(place));
  return [ours].flat().filter(target => !known.has(place(target))) as LocationLink[];
};

/** References in markdown links, which it finds as well, but for the links that are written in ways of wikis. */
const provideReferences: NonNullable<ReferencesMiddleware['provideReferences']> = async (
  document, position, options, token, next,
) => {
  const question = questionOf('references', document, position);
  if (asking.has(question)) {
    return undefined;
  }
  const ours = await next(document, position, options, token);
  if (!ours || ours.length === 0 || !builtIn()) {
    return ours;
  }
  const theirs = await askOthers<Location>(question, 'vscode.executeReferenceProvider', document, position);
  const known = new Map<string, Range[]>();
  for (const { uri, range } of theirs) {
    known.set(uri.toString(), [...(known.get(uri.toString()) ?? []), range]);
  }
  return ours.filter(({ uri, range }) => !known.get(uri.toString())?.some(other => other.intersection(range)));
};

/** The outline is that of the headings, nested, in both; two of them would be drawn one below the other. */
const provideDocumentSymbols: NonNullable<DocumentSymbolMiddleware['provideDocumentSymbols']> = (document, token, next) =>
  builtIn() ? undefined : next(document, token);

/** Headings are listed by it; titles, aliases and tags it does not know. */
const provideWorkspaceSymbols: NonNullable<WorkspaceSymbolMiddleware['provideWorkspaceSymbols']> = async (
  query, token, next,
) => {
  const ours = await next(query, token);
  return builtIn() ? ours?.filter(({ kind }) => kind !== SymbolKind.String) : ours;
};

/** Broken markdown links, where VS Code's own check of them is switched on. */
const handleDiagnostics: NonNullable<Middleware['handleDiagnostics']> = (uri, diagnostics, next) =>
  next(uri, unlessValidated(uri, diagnostics));

/** The same where the client asks for them. */
const provideDiagnostics: NonNullable<Middleware['provideDiagnostics']> = async (document, previous, token, next) => {
  const report = await next(document, previous, token);
  if (report?.kind === 'full') {
    report.items = unlessValidated('uri' in document ? document.uri : document, report.items);
  }
  return report;
};

const VALIDATED = new Set(['broken-link', 'broken-heading', 'broken-block', 'broken-file']);

function unlessValidated(uri: Uri, diagnostics: Diagnostic[]): Diagnostic[] {
  if (!builtIn() || !workspace.getConfiguration('markdown.validate', uri).get('enabled', false)) {
    return diagnostics;
  }
  const document = openDocument(uri);
  return diagnostics.filter(({ code, range }) => {
    const name = typeof code === 'object' ? code.value : code;
    return !(document && VALIDATED.has(String(name)) && isMarkdownTarget(document, range));
  });
}

/** Whether the place is in the target of a markdown link, not of a wikilink. */
function isMarkdownTarget(document: TextDocument, range: Range): boolean {
  const before = document.lineAt(range.start.line).text.slice(0, range.start.character);
  const wiki = before.lastIndexOf('[[');
  return Math.max(before.lastIndexOf(']('), before.lastIndexOf(']:')) > wiki;
}

/** What the language client hands on of our answers. */
export const once = {
  provideDefinition, provideReferences, provideDocumentSymbols, provideWorkspaceSymbols, handleDiagnostics, provideDiagnostics,
} satisfies Middleware;

function questionOf(what: string, document: TextDocument, position: Position): string {
  return `${what} ${document.uri.toString()} ${document.version} ${position.line}:${position.character}`;
}

async function askOthers<T>(question: string, command: string, document: TextDocument, position: Position): Promise<T[]> {
  asking.add(question);
  try {
    return (await commands.executeCommand<T[]>(command, document.uri, position)) ?? [];
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
