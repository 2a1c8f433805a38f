"""slugline and clients with the recorded capabilities of several editors: what each can take, it gets.

pytest-lsp warns where an answer ignores what its client said it can do; tests/run makes that an error.
Environment: SLUGLINE, the program."""

import asyncio
import json
import os
import pathlib
import re
import shutil
import tomllib

import pytest
import pytest_lsp
from lsprotocol import converters
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEEDS = ROOT / 'seeds'
NOTE = 'tidewise/tidal_bulge.md'


def documented(language):
    """The configurations in docs/editors.md, by the heading they stand under."""
    text = (ROOT / 'docs/editors.md').read_text()
    found = re.findall(r'^## ([^\n]+)\n(?:(?!^## ).)*?^```' + language + r'\n(.*?)^```', text, re.M | re.S)
    assert found, f'docs/editors.md has no {language}'
    return dict(found)


HELIX = tomllib.loads(documented('toml')['Helix'])


def capabilities(name):
    if name == 'helix':
        # As Helix 25.07 builds them in helix-lsp/src/client.rs.
        recorded = json.loads((HERE / 'helix.json').read_text())
        return converters.get_converter().structure(recorded, lsp.ClientCapabilities)
    if name == PULLING:
        # As vscode-languageclient 9 has them.
        found = client_capabilities('visual-studio-code')
        found.text_document.diagnostic = lsp.DiagnosticClientCapabilities(related_document_support=False)
        found.workspace.diagnostics = lsp.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        return found
    return client_capabilities(name)


def options(name):
    """What a client sends from its configuration, as docs/editors.md has it."""
    return HELIX['language-server']['slugline']['config'] if name == 'helix' else None


@pytest.fixture
def vault(tmp_path):
    return shutil.copytree(SEEDS, tmp_path / 'seeds')


PULLING = 'visual-studio-code that pulls'
CLIENTS = [
    'neovim@v0.11.0',
    'neovim@v0.10.0',
    'neovim@v0.9.1',
    'neovim@v0.8.0',
    'neovim@v0.6.1',
    'emacs',
    'visual-studio-code',
    PULLING,
    'helix',
]


@pytest_lsp.fixture(
    params=CLIENTS,
    config=ClientServerConfig(server_command=[os.environ['SLUGLINE'], 'lsp']),
)
async def client(request, lsp_client: LanguageClient, vault):
    folder = lsp.WorkspaceFolder(uri=vault.as_uri(), name='seeds')

    # The recorded capabilities promise it, and pytest-lsp's client has no handler of its own.
    @lsp_client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
    def register(_params: lsp.RegistrationParams):
        return None

    # The same of asking again.
    for refresh in [
        lsp.WORKSPACE_CODE_LENS_REFRESH,
        lsp.WORKSPACE_INLAY_HINT_REFRESH,
        lsp.WORKSPACE_SEMANTIC_TOKENS_REFRESH,
    ]:
        lsp_client.feature(refresh)(lambda _params: None)

    @lsp_client.feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply(_params: lsp.ApplyWorkspaceEditParams):
        return lsp.ApplyWorkspaceEditResult(applied=True)

    lsp_client.init_result = await lsp_client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities(request.param),
            workspace_folders=[folder],
            root_uri=folder.uri,
            initialization_options=options(request.param),
        )
    )
    yield
    await lsp_client.shutdown_session()


def find(text, words):
    """Two characters into the first `words` of the note."""
    for number, line in enumerate(text.splitlines()):
        if (column := line.find(words)) >= 0:
            return lsp.Position(line=number, character=len(line[:column].encode('utf-16-le')) // 2 + 2)
    raise AssertionError(words)


async def published(client, uri, codes):
    """Waits for diagnostics with these codes, pushed or pulled."""
    for _ in range(100):
        if client.capabilities.text_document and client.capabilities.text_document.diagnostic and pulls(client):
            report = await client.text_document_diagnostic_async(
                lsp.DocumentDiagnosticParams(text_document=lsp.TextDocumentIdentifier(uri=uri))
            )
            found = report.items
        else:
            found = client.diagnostics.get(uri, [])
        if [it.code for it in found] == codes:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f'{[it.code for it in found]} instead of {codes}')


def pulls(client):
    result = getattr(client, 'init_result', None)
    return bool(result and result.capabilities.diagnostic_provider)


@pytest.mark.asyncio
async def test_a_note(client: LanguageClient, vault, request):
    path = vault / NOTE
    text, uri = path.read_text(), path.as_uri()
    document = lsp.TextDocumentIdentifier(uri=uri)
    item = lsp.TextDocumentItem(uri=uri, language_id='markdown', version=1, text=text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
    await published(client, uri, ['broken-link'])

    link = dict(text_document=document, position=find(text, '[[resonance]]'))
    found = await client.text_document_definition_async(lsp.DefinitionParams(**link))
    found = found[0] if isinstance(found, list) else found
    target = getattr(found, 'target_uri', None) or found.uri
    assert target == (vault / 'tidewise/resonance.md').as_uri()

    hover = await client.text_document_hover_async(lsp.HoverParams(**link))
    assert 'Resonance in a bay' in str(getattr(hover.contents, 'value', hover.contents))

    broken = find(text, '[[spring_and_neap_tide ')
    completion = await client.text_document_completion_async(
        lsp.CompletionParams(text_document=document, position=broken)
    )
    items = getattr(completion, 'items', completion)
    # The style of links is one of the settings that the documented configuration of Helix has.
    style = (options(request.node.callspec.params['client']) or {}).get('completion', {}).get('style')
    expected = 'Spring and neap tides' if style == 'title' else 'spring_and_neap_tides'
    assert any(expected in (it.text_edit.new_text if it.text_edit else it.label) for it in items)

    links = await client.text_document_document_link_async(lsp.DocumentLinkParams(text_document=document))
    assert any('watch?v=twD4yMo0n-1' in (it.target or '') and '272' in it.target for it in links)

    change = lsp.TextDocumentContentChangeWholeDocument(text=text.replace('neap_tide |', 'neap_tides |'))
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(
            text_document=lsp.VersionedTextDocumentIdentifier(uri=uri, version=2), content_changes=[change]
        )
    )
    await published(client, uri, [])


def of_protocol():
    """The requests that a client may send, and where the server offers them."""
    text = (ROOT / 'tests/lsp/requests.rs').read_text()
    return re.findall(r'^    \("([\w/]+)", "(/[\w/]+)"\),$', text, re.M)


def offered(capabilities, at):
    for key in at.strip('/').split('/'):
        capabilities = capabilities.get(key) if isinstance(capabilities, dict) else None
    return capabilities not in (None, False)


def arguments(method, uri, place, results):
    """Parameters for a request, made of what other requests have answered; None where there is nothing to ask."""
    spot = {'start': place, 'end': place}
    document = {'textDocument': {'uri': uri}}
    items = lambda base: results.get(base) or []
    if method.startswith('callHierarchy/'):
        return next(({'item': item} for item in items('textDocument/prepareCallHierarchy')), None)
    if method.endswith('/resolve'):
        kind = method.split('/')[0]
        base = {'completionItem': 'textDocument/completion', 'workspaceSymbol': 'workspace/symbol'}
        # What has been answered in full is not asked about.
        whole = {'codeAction': 'edit', 'codeLens': 'command', 'documentLink': 'target'}.get(kind)
        return next((item for item in items(base.get(kind, f'textDocument/{kind}')) if whole not in item), None)
    if method == 'textDocument/semanticTokens/full/delta':
        full = results.get('textDocument/semanticTokens/full') or {}
        return {**document, 'previousResultId': full.get('resultId', 'none')}
    return {
        'textDocument/codeAction': {**document, 'range': spot, 'context': {'diagnostics': []}},
        'textDocument/inlayHint': {**document, 'range': {'start': {'line': 0, 'character': 0}, 'end': {'line': 999, 'character': 0}}},
        'textDocument/references': {**document, 'position': place, 'context': {'includeDeclaration': True}},
        'textDocument/rename': {**document, 'position': place, 'newName': 'Resonance in bays'},
        'textDocument/selectionRange': {**document, 'positions': [place]},
        'textDocument/semanticTokens/range': {**document, 'range': spot},
        'workspace/diagnostic': {'previousResultIds': []},
        'workspace/symbol': {'query': 'resonance'},
        'workspace/willRenameFiles': {'files': [{'oldUri': uri, 'newUri': uri.replace('tidal', 'moved')}]},
        'workspace/willDeleteFiles': {'files': [{'uri': uri}]},
        'workspace/willCreateFiles': {'files': [{'uri': uri.replace('tidal', 'made')}]},
    }.get(method, {**document, 'position': place})


@pytest.mark.asyncio
async def test_every_request_that_is_offered(client: LanguageClient, vault):
    """The log of it is judged by the protocol's model, as those of the editors are (check_log.py)."""
    converter = converters.get_converter()
    path = vault / NOTE
    # Something to be resolved of each kind: an action, a lens, a link to a file, a hint of a bare slug.
    (path.parent / 'tide.png').write_bytes(b'')
    (path.parent / 'backlink.md').write_text('# Back\n\n[[tidal_bulge]] and [[resonance]]\n')
    text, uri = path.read_text() + '\n![[tide.png]] and [[resonance]]\n', path.as_uri()
    path.write_text(text)
    files = ['tide.png', 'backlink.md']
    created = [{'uri': (path.parent / name).as_uri(), 'type': 1} for name in files] + [{'uri': uri, 'type': 2}]
    client.workspace_did_change_watched_files(converter.structure({'changes': created}, lsp.DidChangeWatchedFilesParams))
    item = lsp.TextDocumentItem(uri=uri, language_id='markdown', version=1, text=text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=item))
    offers = converter.unstructure(client.init_result.capabilities)
    place = converter.unstructure(find(text, '[[resonance]]'))

    async def ask(method, params, refusable=False):
        kind = lsp.METHOD_TO_TYPES[method][2]
        params = converter.structure(params, kind) if kind else params
        try:
            return converter.unstructure(await client.protocol.send_request_async(method, params))
        except JsonRpcException as error:
            # Not with these arguments, or not in this client; but never by a fault.
            assert refusable and error.code == -32803, (method, params, error)
            return None

    results, asked = {}, set()
    methods = [method for method, at in of_protocol() if offered(offers, at) and method != 'workspace/executeCommand']
    # What is asked for with the answer to another request comes behind that one.
    later = lambda method: method.endswith(('/resolve', '/delta')) or method.startswith('callHierarchy/')
    for method in sorted(methods, key=later):
        params = arguments(method, uri, place, results)
        if params is not None:
            # A client that renames no files cannot rename a note.
            found = await ask(method, params, refusable=method == 'textDocument/rename')
            results[method] = found.get('items') if method == 'textDocument/completion' and isinstance(found, dict) else found
            asked.add(method)
    # Of actions, some clients are told all at once.
    resolves = {'codeAction/resolve'} & set(methods)
    assert set(methods) - asked <= resolves, set(methods) - asked
    answered = {'textDocument/hover', 'textDocument/definition', 'textDocument/references', 'textDocument/codeAction'}
    assert all(results[method] for method in answered), results

    for command in offers['executeCommandProvider']['commands']:
        given = {'uri': uri, 'position': place, 'name': 'a new note', 'date': '2026-03-07', 'note': NOTE, 'id': 'x', 'to': 'markdown', 'extension': 'png'}
        if command == 'slugline.insertLink':
            given |= {'to': uri, 'range': {'start': place, 'end': place}}
        await ask('workspace/executeCommand', {'command': command, 'arguments': [given]}, refusable=True)
    # What slugline adds: its log is judged likewise.
    for method in ['slugline/timestamps', 'slugline/preview']:
        found = await client.protocol.send_request_async(method, {'textDocument': {'uri': uri}})
        assert isinstance(found, list) and found, (method, found)


def test_documented_configurations():
    """Those of editors that no package brings here: that they can be read, and start the server."""
    server = HELIX['language-server']['slugline']
    assert [server['command'], *server['args']] == ['slugline', 'lsp']
    (markdown,) = HELIX['language']
    assert markdown['name'] == 'markdown' and markdown['language-servers'] == ['slugline']
    settings = documented('json')
    assert json.loads(settings['Kate'])['servers']['markdown']['command'] == ['slugline', 'lsp']
    assert json.loads(settings['Sublime Text'])['clients']['slugline']['command'] == ['slugline', 'lsp']
