// Which of several vaults a command is about, where no note says it: the server names those that there are.
import { type Uri, window } from 'vscode';
import { type ExecuteCommandParams, ResponseError } from 'vscode-languageclient';

/** The vaults of which the server wants one named. */
export function vaultsOf(error: unknown): string[] | undefined {
  const data = error instanceof ResponseError ? (error.data as { vaults?: string[] } | undefined) : undefined;
  return data?.vaults;
}

/** Has one of them chosen and writes it into the argument of the command, so that what follows is about it, too. */
export async function chooseVault(vaults: string[], params: ExecuteCommandParams, fromUri: (uri: string) => Uri): Promise<boolean> {
  const items = vaults.map(uri => {
    const [, folder, name] = /^(.*\/)?([^/]+)\/?$/.exec(fromUri(uri).fsPath.replaceAll('\\', '/')) ?? ['', '', uri];
    return { label: name ?? uri, description: folder ?? '', uri };
  });
  const picked = await window.showQuickPick(items, { title: 'Folder of Notes', placeHolder: 'Which folder?' });
  if (picked) {
    params.arguments = [Object.assign((params.arguments?.[0] as object | undefined) ?? {}, { uri: picked.uri })];
  }
  return picked !== undefined;
}
