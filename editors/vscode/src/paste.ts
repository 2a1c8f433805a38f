// Pictures that are pasted or dropped into a note: the server says where the file goes and how it is embedded, VS Code
// makes both at once, so that one undo takes both back.
import {
  type CancellationToken, type DataTransfer, type Disposable, DocumentDropEdit, type DocumentDropEditProvider, DocumentDropOrPasteEditKind,
  DocumentPasteEdit, type DocumentPasteEditProvider, languages, type TextDocument, WorkspaceEdit,
} from 'vscode';
import { isNote } from './notes';
import type { Server } from './server';

/** Extensions of pictures by their media types; of no other type is a file made. */
const EXTENSIONS: Record<string, string> = {
  'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp', 'image/avif': 'avif', 'image/bmp': 'bmp',
  'image/svg+xml': 'svg', 'image/tiff': 'tiff',
};

const TITLE = 'Insert picture as attachment';

class Pictures implements DocumentPasteEditProvider, DocumentDropEditProvider {
  static readonly kind = DocumentDropOrPasteEditKind.Empty.append('markdown', 'slugline', 'picture');

  constructor(private readonly server: Server) {}

  async provideDocumentPasteEdits(
    document: TextDocument, _: unknown, data: DataTransfer, __: unknown, token: CancellationToken,
  ): Promise<DocumentPasteEdit[] | undefined> {
    const made = await this.made(document, data, token);
    if (!made) {
      return undefined;
    }
    const edit = new DocumentPasteEdit(made.text, TITLE, Pictures.kind);
    edit.additionalEdit = made.files;
    return [edit];
  }

  async provideDocumentDropEdits(
    document: TextDocument, _: unknown, data: DataTransfer, token: CancellationToken,
  ): Promise<DocumentDropEdit | undefined> {
    const made = await this.made(document, data, token);
    if (!made) {
      return undefined;
    }
    const edit = new DocumentDropEdit(made.text, TITLE, Pictures.kind);
    edit.additionalEdit = made.files;
    return edit;
  }

  /** The text to insert for the pictures of what is pasted, and the files that it needs. */
  private async made(document: TextDocument, data: DataTransfer, token: CancellationToken) {
    // What already is a file in the workspace is linked to where it is, by VS Code itself; what has text as well, as a cell of a
    // spreadsheet, is text.
    if (!isNote(document) || data.get('text/uri-list')?.value || data.get('text/plain')?.value) {
      return undefined;
    }
    const pictures = [...data].flatMap(([type, item]) => {
      const file = EXTENSIONS[type] ? item.asFile() : undefined;
      return file && !file.uri ? [{ file, extension: EXTENSIONS[type] }] : [];
    });
    const files = new WorkspaceEdit();
    const embeds: string[] = [];
    for (const { file, extension } of pictures) {
      const uri = this.server.asUri(document.uri);
      const place = await this.server.execute<{ uri: string; embed: string }>('slugline.newAttachment', { uri, extension, number: embeds.length });
      if (!place || token.isCancellationRequested) {
        return undefined;
      }
      files.createFile(this.server.fromUri(place.uri), { contents: file, overwrite: false, ignoreIfExists: false });
      embeds.push(place.embed);
    }
    return embeds.length > 0 ? { text: embeds.join('\n'), files } : undefined;
  }
}

export function pastePictures(server: Server): Disposable[] {
  const notes = { language: 'markdown', scheme: 'file' };
  const pictures = new Pictures(server);
  const types = ['image/*', 'files'];
  return [
    languages.registerDocumentPasteEditProvider(notes, pictures, { pasteMimeTypes: types, providedPasteEditKinds: [Pictures.kind] }),
    languages.registerDocumentDropEditProvider(notes, pictures, { dropMimeTypes: types, providedDropEditKinds: [Pictures.kind] }),
  ];
}
