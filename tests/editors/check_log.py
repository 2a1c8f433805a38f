#!/usr/bin/env python3
"""Judges logs of lsp_tee.py by the meta model of the LSP (lsprotocol) and the rules of its base protocol.

usage: check_log.py LOG...
A log may hold several runs, also at the same time. Exit status 1: the server broke a rule; what a
client did oddly is only listed."""

import json
import sys
from collections import Counter
from typing import Union

from lsprotocol import converters
from lsprotocol import types as lsp

converter = converters.get_converter()


def command_or_action(value, _):
    """lsprotocol takes a code action that has a command, too, for the command."""
    is_command = isinstance(value.get('command'), str)
    return converter.structure(value, lsp.Command if is_command else lsp.CodeAction)


converter.register_structure_hook(Union[lsp.Command, lsp.CodeAction], command_or_action)

# Properties of the type LSPAny: anything goes.
FREE = {'initializationOptions', 'experimental', 'data', 'settings', 'arguments', 'registerOptions', 'value'}
# What a server may say before it has answered `initialize`.
EARLY = {'window/showMessage', 'window/logMessage', 'telemetry/event', 'window/showMessageRequest', '$/progress'}
OWN_FAULTS = {-32603: 'internal error', -32700: 'parse error', -32600: 'invalid request'}

# rust-analyzer's, for clients that say by a capability that they know it.
STATUS = 'experimental/serverStatus'
# slugline's own, likewise.
MANY = 'slugline/manyFindings'
TIMESTAMPS = 'slugline/timestamps'
PREVIEW = 'slugline/preview'


def many_faults(params, capabilities):
    if not (capabilities.get('experimental') or {}).get('manyFindings'):
        yield 'the client did not ask for it'
    if {key: type(value) for key, value in params.items()} != {'uri': str, 'links': int}:
        yield f'not a vault with many findings: {params!r}'


def status_faults(params, capabilities):
    if not (capabilities.get('experimental') or {}).get('serverStatusNotification'):
        yield 'the client did not ask for it'
    kinds = {'health': str, 'quiescent': bool, 'message': str}
    if {key: type(value) for key, value in params.items()} != kinds:
        yield f'not a status: {params!r}'
    elif params['health'] not in ('ok', 'warning', 'error'):
        yield f'no such health: {params["health"]!r}'


def timestamp_faults(result):
    if not isinstance(result, list):
        yield f'not a list: {result!r}'
        return
    for it in result:
        if not isinstance(it, dict) or set(it) != {'range', 'label', 'conceal'} or type(it['conceal']) is not bool:
            yield f'not a timestamp: {it!r}'
            continue
        for key in ('range', 'label'):
            yield from lost(it[key], converter.unstructure(converter.structure(it[key], lsp.Range)), key)


def preview_faults(result):
    for it in result if isinstance(result, list) else [None]:
        yield from by_model(lsp.TextEdit, it)


def comparable(value):
    """Without what the model leaves open, and without nulls, which it does not tell from absence."""
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items() if v is not None and k not in FREE}
    return [comparable(v) for v in value] if isinstance(value, list) else value


def lost(sent, kept, at=''):
    """What the model did not keep: unknown properties, values of another type."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for key in sent:
            if key not in kept:
                yield f'{at}.{key}: no such property'
            else:
                yield from lost(sent[key], kept[key], f'{at}.{key}')
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for i, pair in enumerate(zip(sent, kept)):
            yield from lost(*pair, f'{at}[{i}]')
    elif type(sent) is not type(kept) or sent != kept:
        yield f'{at}: {sent!r} is not of the type that the model has (read as {kept!r})'


def by_model(kind, message):
    try:
        read = converter.structure(message, kind)
    except Exception as error:
        while getattr(error, 'exceptions', None):
            error = error.exceptions[0]
        return [f'not a {kind.__name__}: {error!r}'[:300]]
    again = json.loads(json.dumps(converter.unstructure(read)))
    return list(lost(comparable(message), comparable(again)))


def backward_ranges(value, at=''):
    if isinstance(value, dict):
        ends = [value.get('start'), value.get('end')]
        if all(isinstance(end, dict) and {'line', 'character'} <= end.keys() for end in ends):
            if (ends[0]['line'], ends[0]['character']) > (ends[1]['line'], ends[1]['character']):
                yield f'{at}: the range ends before it starts'
        for key, inner in value.items():
            yield from backward_ranges(inner, f'{at}.{key}')
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from backward_ranges(inner, f'{at}[{i}]')


class Run:
    """One life of a server."""

    def __init__(self):
        self.state = 'new'
        self.open = {'c2s': {}, 's2c': {}}
        self.versions = {}
        self.capabilities = {}
        self.is_shut = False
        # Requests that came behind `shutdown`: the server refuses them, as it should.
        self.late = set()

    def judge(self, way, message):
        """What is wrong with `message`; the first of each pair is whose fault it is."""
        if not isinstance(message, dict) or message.get('jsonrpc') != '2.0':
            yield way, 'not a JSON-RPC 2.0 object'
        elif 'method' in message:
            yield from self.call(way, message)
        else:
            yield from self.answer(way, message)
        if way == 's2c':
            for fault in backward_ranges(message):
                yield way, f'{message.get("method", "answer")}: {fault}'

    def call(self, way, message):
        method, params = message['method'], message.get('params') or {}
        if way == 's2c' and self.state == 'new' and method not in EARLY:
            yield way, f'{method} before the answer to initialize'
        if 'id' in message:
            if message['id'] in self.open[way]:
                yield way, f'{method}: the id {message["id"]!r} is still in use'
            self.open[way][message['id']] = method
            if way == 'c2s' and self.is_shut:
                self.late.add(message['id'])
                yield way, f'{method}: a request behind shutdown'
            self.is_shut |= way == 'c2s' and method == 'shutdown'
        if kinds := lsp.METHOD_TO_TYPES.get(method):
            for fault in by_model(kinds[0], message):
                yield way, f'{method}: {fault}'
        elif method == STATUS and way == 's2c':
            for fault in status_faults(params, self.capabilities):
                yield way, f'{method}: {fault}'
        elif method == MANY and way == 's2c':
            for fault in many_faults(params, self.capabilities):
                yield way, f'{method}: {fault}'
        elif method not in (TIMESTAMPS, PREVIEW) and not method.startswith('$/'):
            yield way, f'{method}: no such method in the protocol'
        if method == 'initialize':
            self.capabilities = params.get('capabilities', {})
        elif method == 'exit':
            self.state = 'exited'
        elif method in ('textDocument/didOpen', 'textDocument/didChange'):
            self.versions[params['textDocument']['uri']] = params['textDocument']['version']
        elif method == 'textDocument/publishDiagnostics':
            last = self.versions.get(params.get('uri'))
            if last is not None and params.get('version', last) > last:
                yield way, 'publishDiagnostics: a version that the client never sent'

    def answer(self, way, message):
        method = self.open['s2c' if way == 'c2s' else 'c2s'].pop(message.get('id'), None)
        if method is None:
            yield way, f'answer to no open request: id {message.get("id")!r}'
            return
        if ('result' in message) == ('error' in message):
            yield way, f'answer to {method}: must have either a result or an error'
        if 'error' in message:
            error = message['error']
            if not isinstance(error, dict) or not isinstance(error.get('code'), int):
                yield way, f'answer to {method}: malformed error {error!r}'
            elif error['code'] in OWN_FAULTS and not (way == 's2c' and message['id'] in self.late):
                yield way, f'answer to {method}: {OWN_FAULTS[error["code"]]}: {error.get("message")}'
        elif (kinds := lsp.METHOD_TO_TYPES.get(method)) and kinds[1] is not None:
            for fault in by_model(kinds[1], message):
                yield way, f'answer to {method}: {fault}'
        elif method == TIMESTAMPS:
            for fault in timestamp_faults(message['result']):
                yield way, f'answer to {method}: {fault}'
        elif method == PREVIEW:
            for fault in preview_faults(message['result']):
                yield way, f'answer to {method}: {fault}'
        if way == 's2c' and method == 'initialize':
            self.state = 'ready'

    def end(self, status):
        """What is wrong at the end; the status is None where nobody has seen it."""
        if self.state == 'exited' and status not in (0, None):
            yield 's2c', f'exit status {status} after shutdown and exit'
        for method in self.open['c2s'].values():
            yield 's2c', f'{method} was never answered'


def judge(path):
    faults, methods, runs = [], Counter(), {}
    for number, line in enumerate(open(path), 1):
        record = json.loads(line)
        run = runs.setdefault(record.get('run'), Run())
        if 'exit' in record:
            found = run.end(record['exit'])
            faults += [(way, f'{path}:{number}: {fault}') for way, fault in found]
            del runs[record['run']]
            continue
        way = record['dir']
        if 'error' in record:
            faults.append((way, f'{path}:{number}: {record["error"]}'))
            continue
        found = list(run.judge(way, record['msg']))
        faults += [(way, f'{path}:{number}: {fault}') for way, fault in found]
        if isinstance(record['msg'], dict) and 'method' in record['msg']:
            methods[record['msg']['method']] += 1
    for run in runs.values():
        if run.state != 'new':
            # The log breaks off, since the client killed the server, as Emacs does.
            faults += [(way, f'{path}: {fault}') for way, fault in run.end(None)]
    return faults, methods


def main():
    broken = False
    for path in sys.argv[1:]:
        faults, methods = judge(path)
        ours = [fault for way, fault in faults if way == 's2c']
        theirs = [fault for way, fault in faults if way != 's2c']
        broken |= bool(ours) or not methods
        print(f'{path}: {sum(methods.values())} calls of {len(methods)} methods; {len(ours)} faults of the server')
        for fault in ours:
            print('  FAULT', fault)
        for fault in theirs[:5]:
            print('  client', fault)
    sys.exit(broken)


if __name__ == '__main__':
    main()
