// The connection to the server: one server for the window, started, restarted and stopped here.
import {
  type CancellationToken, CancellationTokenSource, commands, type Disposable, EventEmitter, type ExtensionContext, Location,
  type LogOutputChannel, type Position, ProgressLocation, Range, Uri, window, workspace,
} from 'vscode';
import {
  CloseAction, ErrorAction, type ErrorHandler, type ExecuteCommandParams, ExecuteCommandRequest, LanguageClient,
  type Location as ProtocolLocation, type Position as ProtocolPosition, State, type StaticFeature, WorkDoneProgress,
} from 'vscode-languageclient/node';
import { links, unlessClicked } from './click';
import { SHOW_REFERENCES } from './commands';
import { leavesLink } from './completion';
import { tickedUnlessOne } from './confirm';
import { forgetOpening, OPEN_NOTE, opensByName } from './created';
import { FOLLOW_MISSING } from './follow';
import { askOnce, type ManyFindings } from './many';
import { findProgram, NoProgram, wanted } from './program';
import type { ServerStatus, StatusItem } from './status';
import { once } from './twice';
import { chooseVault, vaultsOf } from './vaults';

export class Server implements Disposable {
  private client: Client | undefined;
  // Starts and stops take turns: a client that is still starting cannot be stopped.
  private turn: Promise<void> = Promise.resolve();
  // What the settings said of the program when it was started.
  private started = '';
  private long = 0;
  private readonly running = new EventEmitter<void>();

  /** A server has come up. */
  readonly onDidStart = this.running.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly status: StatusItem,
  ) {}

  /** Starts the server, or stops it and starts it again. It never fails: what is wrong is shown. */
  restart(): Promise<void> {
    this.turn = this.turn.then(async () => {
      await this.stopClient();
      await this.startClient();
    });
    return this.turn;
  }

  /** Starts the program that the settings name now, if it is another. */
  async settingsChanged(): Promise<void> {
    if (JSON.stringify(wanted()) !== this.started) {
      await this.restart();
    }
  }

  stop(): Promise<void> {
    this.turn = this.turn.then(() => this.stopClient());
    return this.turn;
  }

  dispose(): void {
    this.running.dispose();
    forgetOpening();
    void this.stop();
  }

  /**
   * Has the server run one of its commands. Nothing comes back when it cannot: the user has been told why. Where no note says
   * which of several vaults it is about, one is chosen, and is the `uri` of the argument from then on.
   */
  execute<T>(command: string, argument?: object, token?: CancellationToken): Promise<T | undefined> {
    return this.send({ command, arguments: argument ? [argument] : [] }, token);
  }

  /** The same of a command that takes long: how far it is is shown, and it can be cancelled, until its change is to be made. */
  async executeLong<T>(title: string, command: string, argument: object): Promise<T | undefined> {
    const cancel = new CancellationTokenSource();
    const workDoneToken = `slugline/${++this.long}`;
    let ended = () => {};
    let listener: Disposable | undefined;
    const work = new Promise<void>(done => (ended = done));
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    void window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(() => cancel.cancel());
      let shown = 0;
      listener = this.client?.onProgress(WorkDoneProgress.type, workDoneToken, value => {
        if (value.kind === 'end') {
          ended();
        } else if (value.kind === 'report') {
          const now = value.percentage ?? shown;
          progress.report({ message: value.message ?? '', increment: now - shown });
          shown = now;
        }
      });
      return work;
    });
    try {
      return await this.send({ command, arguments: [argument], workDoneToken }, cancel.token);
    } finally {
      ended();
      listener?.dispose();
      cancel.dispose();
    }
  }

  private async send<T>(params: ExecuteCommandParams, token?: CancellationToken): Promise<T | undefined> {
    await this.turn;
    const { client } = this;
    if (!client?.isRunning()) {
      await this.tell('slugline is not running.', 'Restart');
      return undefined;
    }
    try {
      return await client.sendRequest(ExecuteCommandRequest.type, params, token);
    } catch (error) {
      const vaults = vaultsOf(error);
      if (vaults) {
        return (await chooseVault(vaults, params, uri => this.fromUri(uri))) ? this.send(params, token) : undefined;
      }
      if (this.client === client && !token?.isCancellationRequested) {
        void window.showErrorMessage(`slugline: ${text(error)}`);
      } // else it was stopped by the user meanwhile
      return undefined;
    }
  }

  /** Asks the server, if it runs; nothing comes back otherwise, and nobody is told: it is asked again at the next change. */
  async ask<T>(method: string, params: object): Promise<T | undefined> {
    const { client } = this;
    if (!client?.isRunning()) {
      return undefined;
    }
    try {
      return await client.sendRequest<T>(method, params);
    } catch (error) {
      this.log.debug(`${method}: ${text(error)}`);
      return undefined;
    }
  }

  /** The protocol's way to write `uri`, and back. */
  asUri(uri: Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  fromUri(uri: string): Uri {
    return this.client?.protocol2CodeConverter.asUri(uri) ?? Uri.parse(uri);
  }

  asLocation({ uri, range: { start, end } }: Location): ProtocolLocation {
    const at = ({ line, character }: Position): ProtocolPosition => ({ line, character });
    return { uri: this.asUri(uri), range: { start: at(start), end: at(end) } };
  }

  fromLocation({ uri, range: { start, end } }: ProtocolLocation): Location {
    return new Location(this.fromUri(uri), new Range(start.line, start.character, end.line, end.character));
  }

  private async startClient(): Promise<void> {
    this.starting();
    this.started = JSON.stringify(wanted());
    try {
      const client = await this.makeClient();
      this.client = client;
      await inTime(client.start());
    } catch (error) {
      this.stopped(text(error));
      this.log.error(text(error));
      void this.tell(
        error instanceof NoProgram ? error.message : `slugline failed to start: ${text(error)}. See the log.`,
      );
    }
  }

  private starting(): void {
    this.status.starting();
    void commands.executeCommand('setContext', 'slugline.server', 'starting');
  }

  /** The status bar and the views, which have nothing to show then, say so. */
  private stopped(why: string): void {
    this.status.stopped(why);
    void commands.executeCommand('setContext', 'slugline.server', 'stopped');
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client) {
      client.isLeaving = true;
    }
    // One that has not come up cannot be stopped in an orderly way, and need not be.
    await client?.dispose().catch(error => this.log.debug(`while stopping: ${text(error)}`));
  }

  private async makeClient(): Promise<Client> {
    const { path, env } = await findProgram(this.context);
    this.log.info(`server: ${path}`);
    const client: Client = new Client(
      'slugline',
      'slugline',
      { command: path, args: ['lsp'], options: { env } },
      {
        // Only files are notes: not the old side of a diff, nor what has no place in the vault yet.
        documentSelector: [{ scheme: 'file', language: 'markdown' }],
        outputChannel: this.log,
        diagnosticCollectionName: 'slugline',
        initializationFailedHandler: () => false,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue }),
          // A server that never came up will not the next time either.
          closed: () => (client.cameUp ? again.closed() : { action: CloseAction.DoNotRestart, handled: true }),
        },
        middleware: {
          provideCompletionItem: leavesLink,
          resolveCodeAction: (action, token, next) => opensByName(action, () => next(action, token), uri => this.fromUri(uri)),
          ...once,
          ...links,
          provideDefinition: unlessClicked(once.provideDefinition),
          workspace: {
            handleApplyEdit: (params, next) => next(tickedUnlessOne(params), new CancellationTokenSource().token),
            didChangeConfiguration: (sections, next) =>
              next(sections).catch(error => {
                // One that is being replaced, because of this very change, need not know.
                if (this.client === client) {
                  throw error;
                }
              }),
          },
        },
      },
    );
    const again: ErrorHandler = client.createDefaultErrorHandler();
    client.registerFeature(saysWhatItDoes);
    client.onNotification('experimental/serverStatus', (status: ServerStatus) => this.status.says(status));
    client.onNotification('slugline/manyFindings', (found: ManyFindings) => void askOnce(this.context, this, found));
    client.onDidChangeState(({ newState }) => {
      client.cameUp ||= newState === State.Running;
      if (this.client !== client) {
        return; // one that is being stopped
      }
      if (newState === State.Running) {
        this.status.running();
        void commands.executeCommand('setContext', 'slugline.server', 'running');
        this.running.fire();
      } else if (newState === State.Stopped) {
        this.stopped('The server has stopped; see the log.');
      } else if (newState === State.Starting) {
        this.starting();
      }
    });
    return client;
  }

  private async tell(message: string, ...more: 'Restart'[]): Promise<void> {
    const pressed = await window.showErrorMessage(message, ...more, 'Open Settings', 'Show Log');
    if (pressed === 'Restart') {
      await this.restart();
    } else if (pressed === 'Open Settings') {
      await commands.executeCommand('workbench.action.openSettings', 'slugline.server');
    } else if (pressed === 'Show Log') {
      this.log.show();
    }
  }
}

/** A client that leaves it to us to say why it cannot start. */
class Client extends LanguageClient {
  cameUp = false;
  /** What is asked of one that is being stopped fails, and is asked again of the next. */
  isLeaving = false;

  override error(message: string, data?: unknown, show?: boolean | 'force'): void {
    super.error(message, data, this.cameUp && !this.isLeaving ? show : false);
  }
}

/** Tells the server that the item in the status bar wants to know how it is, and that new notes and references can be shown,
 * and links to notes that are not there be followed. */
const saysWhatItDoes: StaticFeature = {
  fillClientCapabilities: capabilities => {
    capabilities.experimental = {
      ...(capabilities.experimental as object),
      serverStatusNotification: true,
      manyFindings: true,
      commands: { commands: [OPEN_NOTE, SHOW_REFERENCES, FOLLOW_MISSING] },
    };
    // Where it asks for diagnostics, VS Code goes on showing those of notes that have been closed. It asks where all are wanted.
    if (!workspace.getConfiguration('slugline').get('workspaceDiagnostics')) {
      delete capabilities.textDocument?.diagnostic;
      delete capabilities.workspace?.diagnostics;
    }
  },
  initialize: () => {},
  getState: () => ({ kind: 'static' }),
  clear: () => {},
};

/** A program that is no language server may keep silent; whoever waits for it could not even restart. */
async function inTime(start: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the server did not respond')), 20_000);
  });
  try {
    await Promise.race([start, late]);
  } finally {
    clearTimeout(timer);
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
