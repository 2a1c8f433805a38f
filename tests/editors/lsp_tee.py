#!/usr/bin/env python3
"""Stands between a client and a language server on stdio, and logs every message as a line of JSON.

usage: lsp_tee.py LOG PROGRAM ARGUMENT...
The bytes pass untouched. check_log.py judges the log, to which several of these may write at a time."""

import json
import os
import re
import subprocess
import sys
import threading
import time

# Unbuffered, so that a line is written as a whole.
log = open(sys.argv[1], 'ab', buffering=0)
server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
lock = threading.Lock()
began = time.time()
# Which server this is; a number of a process alone may come again.
run = f'{server.pid}-{time.time_ns()}'


def note(**what):
    with lock:
        log.write(json.dumps({'run': run, 't': round(time.time() - began, 4), **what}).encode() + b'\n')


def messages(buffer, way):
    """Logs the messages that are complete in `buffer`, and gives the rest."""
    while (end := buffer.find(b'\r\n\r\n')) >= 0:
        header = buffer[:end].decode('latin-1')
        sizes = re.findall(r'(?im)^content-length: *(\d+) *\r?$', header)
        if len(sizes) != 1:
            note(dir=way, error='bad header: ' + header)
            return b''
        start, stop = end + 4, end + 4 + int(sizes[0])
        if len(buffer) < stop:
            return buffer
        try:
            note(dir=way, msg=json.loads(buffer[start:stop].decode('utf-8')))
        except ValueError as error:
            note(dir=way, error=f'bad JSON or UTF-8: {error}')
        buffer = buffer[stop:]
    if way == 's2c' and buffer and not re.match(rb'(?i)content-', buffer[:8].ljust(8, b'-')) and len(buffer) >= 8:
        note(dir=way, error=f'stray output on stdout: {buffer[:80]!r}')
        return b''
    return buffer


def pump(source, sink, way):
    buffer = b''
    while chunk := source.read1(65536):
        # Logged before it is passed on, so that the log is never behind.
        buffer = messages(buffer + chunk, way)
        try:
            sink.write(chunk)
            sink.flush()
        except (BrokenPipeError, ValueError):
            return
    if buffer:
        note(dir=way, error='truncated message')
    try:
        sink.close()
    except OSError:
        pass


threading.Thread(target=pump, args=(sys.stdin.buffer, server.stdin, 'c2s'), daemon=True).start()
answers = threading.Thread(target=pump, args=(server.stdout, sys.stdout.buffer, 's2c'))
answers.start()
status = server.wait()
answers.join()
note(exit=status)
# Not sys.exit: the thread that reads still holds stdin.
os._exit(status if status >= 0 else 128 - status)
