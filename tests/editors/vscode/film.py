"""Makes a film of the frames that Chromium has sent: FOLDER has them as SECONDS.jpg. usage: film.py FOLDER FILE.webp"""
import sys
from pathlib import Path

from PIL import Image

LEAST, MOST = 0.25, 1.5  # seconds between two pictures: what changes faster is left out, a rest is cut short

frames, times = [], []
for file in sorted(Path(sys.argv[1]).glob("*.jpg"), key=lambda file: float(file.stem)):
    if not times or float(file.stem) - times[-1] >= LEAST:
        times.append(float(file.stem))
        frames.append(Image.open(file).convert("RGB"))
size = frames[0].size
lasts = [min(MOST, after - before) for before, after in zip(times, times[1:])] + [MOST]
first, *more = [frame if frame.size == size else frame.resize(size) for frame in frames]
first.save(sys.argv[2], save_all=True, append_images=more, duration=[int(1000 * last) for last in lasts], quality=50, method=2)
print(f"{sys.argv[2]}: {len(frames)} pictures, {sum(lasts):.0f} s, {Path(sys.argv[2]).stat().st_size / 1e6:.1f} MB")
