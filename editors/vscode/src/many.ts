// A vault with thousands of links to notes that are not there, as a wiki that was imported: what to do about them is asked once.
import { commands, ConfigurationTarget, type ExtensionContext, window, workspace } from 'vscode';
import type { Server } from './server';

/** What the server has counted. */
export interface ManyFindings {
  /** The folder of the vault. */
  uri: string;
  /** There are so many or more. */
  links: number;
}

/** The vaults about which was asked. */
const ASKED = 'manyFindings.asked';

export async function askOnce(context: ExtensionContext, server: Server, { uri, links }: ManyFindings): Promise<void> {
  const asked = context.workspaceState.get<string[]>(ASKED, []);
  if (asked.includes(uri)) {
    return;
  }
  await context.workspaceState.update(ASKED, [...asked, uri]);
  const vault = workspace.asRelativePath(server.fromUri(uri)).replace(/^.*[/]/, '');
  const pressed = await window.showInformationMessage(
    `${vault} has ${links} links or more to notes that do not exist yet.`, 'Show', 'Hide', 'Choose…',
  );
  if (pressed === 'Show') {
    await commands.executeCommand('slugline.unresolved.focus');
  } else if (pressed === 'Hide') {
    // What is likely a slip is still shown.
    await workspace.getConfiguration('slugline').update('diagnostics.unwritten', 'off', ConfigurationTarget.Workspace);
  } else if (pressed === 'Choose…') {
    await commands.executeCommand('workbench.action.openSettings', '@ext:slugline.slugline unwritten');
  }
}
