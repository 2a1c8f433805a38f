#!/usr/bin/env python3
"""Draws icon.png: the brackets of a wikilink around the mark of a video.

usage: icon.py >icon.png"""

import struct
import sys
import zlib

SIZE, FINE = 256, 4  # pixels, and samples across each
GROUND, INK, MARK = (18, 48, 61), (236, 243, 240), (255, 122, 89)


def inside(x, y):
    """The color at a point of the unit square; None outside the rounded tile."""
    corner = 0.2
    dx, dy = max(abs(x - 0.5) - 0.5 + corner, 0), max(abs(y - 0.5) - 0.5 + corner, 0)
    if dx * dx + dy * dy > corner * corner:
        return None
    mirrored = min(x, 1 - x)
    thick, top = 0.052, 0.22
    if top <= y <= 1 - top:
        for left in (0.13, 0.245):
            foot = min(y - top, 1 - top - y) <= thick
            if left <= mirrored <= left + (0.088 if foot else thick):
                return INK
    # A triangle that points right.
    along = (x - 0.405) / 0.23
    if 0 <= along <= 1 and abs(y - 0.5) <= 0.145 * (1 - along):
        return MARK
    return GROUND


def pixel(px, py):
    seen = [
        inside((px + (i + 0.5) / FINE) / SIZE, (py + (j + 0.5) / FINE) / SIZE)
        for i in range(FINE)
        for j in range(FINE)
    ]
    drawn = [color for color in seen if color]
    if not drawn:
        return bytes(4)
    mean = [round(sum(color[k] for color in drawn) / len(drawn)) for k in range(3)]
    return bytes(mean + [255 * len(drawn) // len(seen)])


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


rows = b''.join(b'\0' + b''.join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
sys.stdout.buffer.write(
    b'\x89PNG\r\n\x1a\n'
    + chunk(b'IHDR', struct.pack('>IIBBBBB', SIZE, SIZE, 8, 6, 0, 0, 0))
    + chunk(b'IDAT', zlib.compress(rows, 9))
    + chunk(b'IEND', b'')
)
