// Which program is the server.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ExtensionContext, workspace } from 'vscode';

/** No server could be started. The message is for the user: what is missing, and what to do about it. */
export class NoProgram extends Error {}

export interface Program {
  path: string;
  /** Its whole environment. */
  env: NodeJS.ProcessEnv;
}

/** The settings that say which program it is. */
export function wanted(): { path: string; extraEnv: Record<string, string> } {
  const settings = workspace.getConfiguration('slugline.server');
  return { path: settings.get('path', '').trim(), extraEnv: settings.get('extraEnv', {}) };
}

const binary = process.platform === 'win32' ? 'slugline.exe' : 'slugline';

/** The program that the settings name, else the one that came with the extension, else the one on PATH. */
export async function findProgram(context: ExtensionContext): Promise<Program> {
  const { path: written, extraEnv } = wanted();
  const env = { ...process.env, ...extraEnv };
  const named = written.replace(/^~(?=[\\/])/, homedir());
  if (named) {
    const path = /[\\/]/.test(named) ? await program(named) : await onPath(named);
    if (!path) {
      throw new NoProgram(
        `The setting "slugline.server.path" is set to ${named}, which does not exist. ` +
          'Fix it, or clear it to use the bundled server.',
      );
    }
    return { path, env };
  }
  const path = (await program(context.asAbsolutePath(join('server', binary)))) ?? (await onPath(binary));
  if (!path) {
    throw new NoProgram(
      'slugline executable not found: this build of the extension does not bundle it, and it is not on your PATH. ' +
        'Install it from a checkout with "cargo install --locked --path .", or name it in the setting "slugline.server.path".',
    );
  }
  return { path, env };
}

/** `path`, if it can be run. */
async function program(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = folder && (await program(join(folder, name)));
    if (path) {
      return path;
    }
  }
  return undefined;
}
