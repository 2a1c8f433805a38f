// The panel that plays the video of a note beside it, with its captions. What plays, and where, the server says; the page
// in the panel is page/watch.ts. Nothing is loaded before somebody opens the panel.
import {
  commands, type Disposable, env, type ExtensionContext, type TextEditor, Uri, ViewColumn, type WebviewPanel, window, workspace,
} from 'vscode';
import { insertTimestampAt } from './commands';
import { isNote } from './notes';
import type { Captions, FromPage, ToPage } from './page/messages';
import type { Server } from './server';

/** A video or another source, as the server names it. */
export interface Source {
  kind: number;
  id: string;
}

/** What `slugline.watch` answers. */
interface Watched {
  source: Source;
  second: number | null;
  /** Whether the moment is on the line of the cursor. */
  here: boolean;
}

interface Playing extends Watched {
  player: {
    title: string;
    /** A page for a frame. */
    embed: string | null;
    /** A recording in the vault. */
    file: string | null;
    /** The same for a browser. */
    url: string | null;
    /** Whether no setting decided on them. */
    builtIn: boolean;
  };
  captions: Captions;
}

const SOUND = /\.(mp3|m4a|m4b|aac|ogg|oga|opus|wav|flac)$/i;

/** Milliseconds that the cursor rests before the player follows it, and a note before the marks of the captions do. */
const REST = 150;
const PAUSE = 1000;

export class WatchPanel implements Disposable {
  private panel: WebviewPanel | undefined;
  // The note from which the panel was opened, and what plays.
  private note: Uri | undefined;
  private playing: Playing | undefined;
  // Where the player is, as far as it tells.
  private now: number | undefined;
  // The moment to which the player has followed the cursor.
  private followed: number | null = null;
  private asked = 0;
  private editor = window.activeTextEditor;
  private readonly timers: { rest?: NodeJS.Timeout; pause?: NodeJS.Timeout } = {};
  private readonly disposables: Disposable[];

  constructor(private readonly context: ExtensionContext, private readonly server: Server) {
    this.disposables = [
      window.onDidChangeActiveTextEditor(editor => (this.editor = editor && isNote(editor.document) ? editor : this.editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.panel && this.later('rest', REST, () => this.follow(textEditor))),
      workspace.onDidChangeTextDocument(({ document }) => this.panel && isNote(document) && this.later('pause', PAUSE, () => this.mark())),
    ];
  }

  dispose(): void {
    clearTimeout(this.timers.rest);
    clearTimeout(this.timers.pause);
    this.disposables.forEach(it => it.dispose());
    this.panel?.dispose();
  }

  /** Shows the video of the note that is being edited, at the moment of the cursor. */
  async show(): Promise<void> {
    const editor = this.lastEditor();
    if (!editor) {
      void window.showInformationMessage('Open a note about a video first.');
      return;
    }
    await this.open(editor.document.uri, { ...here(this.server, editor) });
  }

  /** Plays a moment: in the panel, if it is open, else outside of VS Code. */
  async play(note: Uri, source: Source, second: number, url: string | null): Promise<void> {
    if (!this.panel && url && isOnWeb(url)) {
      await env.openExternal(Uri.parse(url, true));
    } else {
      await this.open(note, { uri: this.server.asUri(note), source, second }, true);
    }
  }

  /** Inserts a timestamp of the second at which the player is. */
  async insertNow(): Promise<void> {
    const editor = this.lastEditor();
    if (!this.panel || !this.playing || !editor) {
      void window.showInformationMessage('Open a note and “Slugline: Watch This Video” first.');
    } else if (this.now === undefined) {
      void window.showInformationMessage('The player has not told its time.');
    } else {
      const { source } = this.playing;
      this.followed = this.now; // The cursor is at this moment then.
      await insertTimestampAt(this.server, editor, { seconds: this.now, source });
      await window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? ViewColumn.One, selection: editor.selection });
    }
  }

  private async open(note: Uri, about: object, plays = false): Promise<void> {
    const found = await this.server.execute<Playing>('slugline.watch', { ...about, plays: true });
    if (!found) {
      return;
    }
    const before = this.playing;
    const panel = this.panel ?? this.create();
    [this.note, this.playing, this.followed] = [note, found, found.second];
    panel.title = found.player.title;
    const same = before?.source.kind === found.source.kind && before.source.id === found.source.id;
    if (same && before.player.file === found.player.file) {
      panel.reveal(undefined, true);
      this.send({ type: 'captions', captions: found.captions });
      this.send({ type: 'seek', second: found.second ?? 0, plays, embed: this.embed(found) });
    } else {
      await this.load(panel, found, plays);
    }
  }

  private create(): WebviewPanel {
    const options = { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [] };
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    const panel = (this.panel = window.createWebviewPanel('slugline.watch', 'Watch', column, options));
    void commands.executeCommand('setContext', 'slugline.watching', true);
    panel.onDidDispose(() => {
      [this.panel, this.playing, this.now] = [undefined, undefined, undefined];
      void commands.executeCommand('setContext', 'slugline.watching', false);
    });
    panel.webview.onDidReceiveMessage((message: FromPage) => this.receive(message));
    return panel;
  }

  /** Makes the page of a source anew: it may load what this one needs, and nothing else. */
  private async load(panel: WebviewPanel, found: Playing, plays: boolean): Promise<void> {
    const { webview } = panel;
    const dist = Uri.joinPath(this.context.extensionUri, 'dist');
    const file = this.file(found);
    this.now = undefined;
    webview.options = { enableScripts: true, localResourceRoots: [dist, ...(file ? [Uri.joinPath(file, '..')] : [])] };
    const first: ToPage & { type: 'start' } = {
      type: 'start',
      title: found.player.title,
      second: found.second ?? 0,
      plays,
      media: file ? { src: webview.asWebviewUri(file).toString(), isSound: SOUND.test(file.path) } : undefined,
      embed: file ? undefined : this.embed(found),
      opens: isOnWeb(found.player.url),
      restricted: this.isRestricted(found),
      captions: found.captions,
    };
    webview.html = page({
      script: webview.asWebviewUri(Uri.joinPath(dist, 'watch.js')).toString(),
      frames: first.embed && new URL(first.embed).origin,
      media: file && webview.cspSource,
      first,
    });
  }

  /** In restricted mode, what a setting of the folder has decided on is not played. */
  private isRestricted({ player }: Playing): boolean {
    return !workspace.isTrusted && !player.builtIn;
  }

  private embed(found: Playing): string | undefined {
    return (!this.isRestricted(found) && found.player.embed) || undefined;
  }

  private file(found: Playing): Uri | undefined {
    return !this.isRestricted(found) && found.player.file ? this.server.fromUri(found.player.file) : undefined;
  }

  private send(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: FromPage): Promise<void> {
    const { type } = message;
    if (type === 'insert') {
      await this.insertNow();
    } else if (type === 'time') {
      this.now = message.second;
    } else {
      const { second } = message;
      const found = await this.around(second);
      const embed = found && this.embed(found);
      if (type === 'around' && found) {
        this.send({ type: 'captions', captions: found.captions, shows: second });
      } else if (type === 'seek' && embed) {
        // Only a frame that cannot be told where to go wants another address.
        this.send({ type: 'seek', second, plays: true, embed });
      } else if (type === 'open' && found?.player.url && isOnWeb(found.player.url)) {
        await env.openExternal(Uri.parse(found.player.url, true));
      }
    }
  }

  /** What plays, at another second. */
  private around(second: number): Promise<Playing | undefined> {
    const { note, playing } = this;
    return note && playing
      ? this.server.execute('slugline.watch', { uri: this.server.asUri(note), source: playing.source, second, plays: true })
      : Promise.resolve(undefined);
  }

  /** Goes to the moment on the line of the cursor, if it is one of what plays. */
  private async follow(editor: TextEditor): Promise<void> {
    const { playing } = this;
    if (!playing || !this.panel?.visible || !isNote(editor.document)) {
      return;
    }
    const asked = ++this.asked;
    const found = await this.ask<Watched>(here(this.server, editor));
    const same = found?.source.kind === playing.source.kind && found.source.id === playing.source.id;
    if (asked !== this.asked || playing !== this.playing || !same || !found.here || found.second === this.followed) {
      return;
    }
    this.followed = found.second;
    const there = await this.ask<Playing>({ ...here(this.server, editor), source: found.source, second: found.second, plays: true });
    if (there && asked === this.asked && playing === this.playing) {
      this.send({ type: 'captions', captions: there.captions });
      this.send({ type: 'seek', second: found.second ?? 0, plays: false, embed: this.embed(there) });
    }
  }

  /** Marks the captions that are cited now. */
  private async mark(): Promise<void> {
    const { note, playing } = this;
    if (note && playing) {
      const second = this.now ?? this.followed ?? 0;
      const found = await this.ask<Playing>({ uri: this.server.asUri(note), source: playing.source, second, plays: true });
      if (found && playing === this.playing) {
        this.send({ type: 'captions', captions: found.captions });
      }
    }
  }

  /** Asks without a word to the user when there is no answer: the cursor is on no moment, for example. */
  private ask<T>(argument: object): Promise<T | undefined> {
    return this.server.ask('workspace/executeCommand', { command: 'slugline.watch', arguments: [argument] });
  }

  private later(which: 'rest' | 'pause', milliseconds: number, what: () => Promise<void>): void {
    clearTimeout(this.timers[which]);
    this.timers[which] = setTimeout(() => void what(), milliseconds);
  }

  /** The editor of the note that is being edited, or was last. */
  private lastEditor(): TextEditor | undefined {
    const { activeTextEditor, visibleTextEditors } = window;
    const own = activeTextEditor && isNote(activeTextEditor.document) ? activeTextEditor : this.editor;
    // One that was hidden and is shown again is another object.
    return own && visibleTextEditors.find(editor => editor === own || editor.document.uri.toString() === own.document.uri.toString());
  }
}

function isOnWeb(url: string | null): boolean {
  return url !== null && /^https?:/.test(url);
}

function here(server: Server, { document, selection: { active } }: TextEditor): object {
  return { uri: server.asUri(document.uri), position: { line: active.line, character: active.character } };
}

interface Page {
  script: string;
  /** What may be in a frame, and where recordings come from. */
  frames: string | undefined;
  media: string | undefined;
  first: ToPage;
}

function page({ script, frames, media, first }: Page): string {
  const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  const policy = [
    "default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`,
    `frame-src ${frames ?? "'none'"}`, `media-src ${media ?? "'none'"}`, "base-uri 'none'", "form-action 'none'",
  ];
  const data = JSON.stringify(first).replaceAll('<', '\\u003c');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ').replaceAll('"', '')}">
<meta name="referrer" content="strict-origin-when-cross-origin">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<section id="player"></section>
<p id="notice" role="status" hidden></p>
<p id="tools"><button id="insert">Insert timestamp</button><button id="open" class="plain">Open in browser</button></p>
</main>
<div id="captions" role="list" aria-label="Captions" tabindex="-1"></div>
<script type="application/json" id="first" nonce="${nonce}">${data}</script>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

const STYLE = `
body { box-sizing: border-box; display: flex; flex-direction: column; gap: 8px; height: 100vh; margin: 0; padding: 8px; }
main { flex: none; }
#player iframe, #player video { aspect-ratio: 16 / 9; border: 0; display: block; max-height: 60vh; width: 100%; }
#player audio { display: block; width: 100%; }
#notice { border: 1px solid var(--vscode-inputValidation-warningBorder); background: var(--vscode-inputValidation-warningBackground); margin: 8px 0 0; padding: 6px 8px; }
#tools { display: flex; gap: 8px; margin: 8px 0 0; }
button { background: var(--vscode-button-background); border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; color: var(--vscode-button-foreground); cursor: pointer; font: inherit; padding: 3px 10px; }
button:hover { background: var(--vscode-button-hoverBackground); }
button.plain { background: var(--vscode-button-secondaryBackground); color: var(--vscode-button-secondaryForeground); }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
#captions { flex: 1; min-height: 0; overflow-y: auto; }
#captions button { background: none; border: 0; border-left: 3px solid transparent; border-radius: 0; color: var(--vscode-foreground); display: grid; gap: 8px; grid-template-columns: 4.5em 1fr auto; padding: 2px 8px; text-align: left; width: 100%; }
#captions button:hover { background: var(--vscode-list-hoverBackground); }
#captions time { color: var(--vscode-textLink-foreground); font-variant-numeric: tabular-nums; text-align: right; }
#captions .cited { border-left-color: var(--vscode-textLink-foreground); font-weight: 600; }
#captions .cited .notes { color: var(--vscode-descriptionForeground); font-weight: normal; }
#captions .current { background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground); outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px; }
#captions .current * { color: inherit; }
#captions .none { color: var(--vscode-descriptionForeground); padding: 4px 8px; }
@media (min-width: 760px) {
  body { flex-direction: row; }
  main { flex: 3; }
  #captions { flex: 2; }
}
`;
