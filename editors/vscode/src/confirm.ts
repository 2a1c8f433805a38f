// Edits that somebody is to look at first. VS Code shows them with an empty box each, and those whose box stays empty are left
// out; of hundreds nobody would tick all. So one edit that changes nothing waits for its box, and the others have theirs ticked.
import type { ApplyWorkspaceEditParams } from 'vscode-languageclient';

/** The annotation by which the server marks links that get another form. */
const FORM = 'form';

export function tickedUnlessOne(params: ApplyWorkspaceEditParams): ApplyWorkspaceEditParams {
  const { changeAnnotations, documentChanges } = params.edit;
  const form = changeAnnotations?.[FORM];
  const first = documentChanges?.find(change => 'textDocument' in change);
  if (!form?.needsConfirmation || !first) {
    return params;
  }
  const start = { line: 0, character: 0 };
  const nothing = { range: { start, end: start }, newText: '', annotationId: 'look' };
  const look = { label: form.label, needsConfirmation: true };
  return {
    ...params,
    edit: {
      ...params.edit,
      changeAnnotations: { ...changeAnnotations, [FORM]: { ...form, needsConfirmation: false }, look },
      documentChanges: documentChanges!.map(change => (change === first ? { ...first, edits: [nothing, ...first.edits] } : change)),
    },
  };
}
