// What the views beside the editor have in common: they ask anew when they are shown, and once nothing has changed for a while.
import { type Disposable, EventEmitter, type TreeDataProvider, type TreeItem, type TreeView, window } from 'vscode';
import type { Server } from './server';

/** Milliseconds without a change before a view asks again. */
const PAUSE = 500;

export abstract class Tree<Entry> implements TreeDataProvider<Entry>, Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly listeners: Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stale = false;
  protected readonly view: TreeView<Entry>;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(protected readonly server: Server, id: string) {
    this.view = window.createTreeView(id, { treeDataProvider: this, showCollapseAll: true });
    let wasUp = false;
    this.listen(server.onDidStart(() => {
      // What was asked before the first start has waited for it.
      wasUp && this.refresh();
      wasUp = true;
    }));
    this.listeners.push(this.view, this.changed, this.view.onDidChangeVisibility(() => this.stale && this.refresh()));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.forEach(listener => listener.dispose());
  }

  /** Asks again: now, or when it is shown. */
  refresh(): void {
    clearTimeout(this.timer);
    this.stale = !this.view.visible;
    if (!this.stale) {
      this.changed.fire();
    }
  }

  /** Asks again a while after an event. */
  protected on(event: (listener: () => void) => Disposable): void {
    this.listen(event(() => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.refresh(), PAUSE);
    }));
  }

  /** Keeps a listener as long as the view is there. */
  protected listen(listener: Disposable): void {
    this.listeners.push(listener);
  }

  abstract getChildren(entry?: Entry): Promise<Entry[]>;
  abstract getTreeItem(entry: Entry): TreeItem;
}
