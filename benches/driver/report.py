"""report: medians over the rounds, their spread, their ratio to slugline's; the p99 of each request."""

# Name, unit, what bounds it from below, whether less is better.
ROWS = [
    ("first definition", "ms", "find", True),
    ("all read", "ms", "cat", True),
    ("all read again", "ms", "find", True),
    ("settled memory", "MB", None, True),
    ("peak memory", "MB", None, True),
    ("definition", "ms", "unknown method", True),
    ("hover", "ms", "unknown method", True),
    ("hover of a hub", "ms", "unknown method", True),
    ("completion", "ms", "unknown method", True),
    ("key in the median note", "ms", "unknown method", True),
    ("key in the largest note", "ms", "unknown method", True),
    ("references", "ms", "unknown method", True),
    ("references of a hub, a thousand", "ms", "unknown method", True),
    ("rename", "ms", "unknown method", True),
    ("rename of a hub, a thousand", "ms", "unknown method", True),
    ("incoming calls", "ms", "unknown method", True),
    ("outgoing calls", "ms", "unknown method", True),
    ("document symbols", "ms", "unknown method", True),
    ("workspace symbols", "ms", "unknown method", True),
    ("code actions", "ms", "unknown method", True),
    ("code lens", "ms", "unknown method", True),
    ("inlay hints", "ms", "unknown method", True),
    ("semantic tokens", "ms", "unknown method", True),
    ("folding ranges", "ms", "unknown method", True),
    ("selection ranges", "ms", "unknown method", True),
    ("highlights", "ms", "unknown method", True),
    ("linked editing", "ms", "unknown method", True),
    ("document links", "ms", "unknown method", True),
    ("prepare rename", "ms", "unknown method", True),
    *((name, "ms", "unknown method", True) for name in (
        "implementations", "semantic tokens of a part", "semantic tokens again", "rename of a file", "deletion of a file",
        "diagnostics", "diagnostics of the workspace", "resolve of a code action", "resolve of a code lens",
        "resolve of a completion", "resolve of a document link", "resolve of an inlay hint", "command backlinks",
        "command showResolution", "command timeline", "command graph", "command tags", "command unresolved", "timestamps",
        "preview")),
    ("right definitions", "%", None, False),
    ("nothing for a broken link", "%", None, False),
    ("right hovers", "%", None, False),
    ("right completions", "%", None, False),
    ("right references", "%", None, False),
    ("right references of a hub", "%", None, False),
    ("right renames", "%", None, False),
    ("right renames of a hub", "%", None, False),
    ("idle", "%", None, True),
]
# Which share says whether an answer that came fast was one: of a server with fewer than half of them
# right, the time is not told.
RIGHT = {
    "definition": "right definitions",
    "hover": "right hovers",
    "hover of a hub": "right hovers",
    "completion": "right completions",
    "references": "right references",
    "references of a hub, a thousand": "right references of a hub",
    "rename": "right renames",
    "rename of a hub, a thousand": "right renames of a hub",
}
# Of other requests only is known whether there was an answer.
RIGHT.update({name: f"answered {name}" for name, unit, bound, _ in ROWS if bound == "unknown method" and name not in RIGHT})
# What an editor waits for at most, but for answers about thousands of links.
LIMIT = 5
TITLES = {
    "right definitions": "definitions that are right",
    "nothing for a broken link": "broken links that resolve to nothing",
    "right hovers": "hovers that show the note",
    "right completions": "completions that list the note",
    "right references": "references that are there",
    "right references of a hub": "references of a heavily linked note, all there",
    "right renames": "renames that change a link",
    "right renames of a hub": "renames of a heavily linked note, every link changed",
    "references of a hub, a thousand": "references of a heavily linked note, for each thousand",
    "rename of a hub, a thousand": "rename of a heavily linked note, for each thousand links",
    "first definition": "start to the first right definition",
    "all read": "start to fully indexed and idle",
    "all read again": "the same at the second start",
    "hover of a hub": "hover of a heavily linked note",
    "key in the median note": "keystroke to diagnostics, median note",
    "key in the largest note": "keystroke to diagnostics, 1 MB note",
    "idle": "idle CPU",
}


def number(x):
    return f"{x:,.0f}" if abs(x) >= 99.5 else f"{x:.1f}" if abs(x) >= 9.95 else f"{x:.2f}"


def middle(runs, name):
    """(median, least, most) of the figures; a string where a round could not have it."""
    values = [run[name] for run in runs if name in run]
    words = [value for value in values if isinstance(value, str)]
    if words:
        return words[0]
    values.sort()
    return (values[len(values) // 2], values[0], values[-1]) if values else None


def cells(runs, name, unit, less_is_better, base, part=""):
    """The figure, or another `part` of it, and what it is to the first server's."""
    found = middle(runs, name + part)
    right = middle(runs, RIGHT[name]) if name in RIGHT else None
    if right and right[0] < 50:
        return f"{right[0]:.0f} % right", ""
    if found is None:
        reason = next((run["first definition"] for run in runs if isinstance(run.get("first definition"), str)), None)
        return "–" if reason is None else "", ""
    if isinstance(found, str):
        return found, ""
    if unit == "%":
        return f"{found[0]:.0f} %", ""
    ratio = found[0] / base if base and less_is_better else None
    return f"{number(found[0])} {unit}", "" if ratio is None else f"{number(ratio)}×"


def table(results, part=""):
    """Rows for docs/speed.md: the medians of figures, or of another `part` of each."""
    ours, *peers = results
    lines = [f"| | {ours} | " + " | ".join(peers) + " |", "| --- |" + " ---: |" * len(results)]
    for name, unit, _, less in ROWS:
        if part and not any(name + part in run for runs in results.values() for run in runs):
            continue
        base = middle(results[ours], name + part)
        base = base[0] if isinstance(base, tuple) else None
        row = [cells(results[ours], name, unit, less, None, part)[0]]
        for peer in peers:
            value, ratio = cells(results[peer], name, unit, less, base, part)
            row.append(f"{value} ({ratio})" if ratio else value)
        lines.append(f"| {TITLES.get(name, name)} | " + " | ".join(row) + " |")
    return lines


def markdown(title, results, limits):
    """Tables for docs/speed.md: results {server: [run, ...]}, the first is ours."""
    ours, *_ = results
    lines = [f"### {title}", "", *table(results)]
    said = {name: number(middle(limits, name)[0]) for name in limits[0]}
    lines += ["", f"The machine itself: `find` lists the files in {said['find']} ms, `cat` reads them in {said['cat']} ms"
              + (f", ripgrep counts `[[` in {said['ripgrep']} ms" if "ripgrep" in said else "") + "; "
              f"a request that {ours} does not know is answered in {number(middle(results[ours], 'unknown method')[0])} ms.", ""]
    lines += ["The slowest of a hundred answers (p99):", "", *table(results, ", p99"), ""]
    return "\n".join(lines)


def slow(runs):
    """The requests with a p99 above the limit: [(name, ms)]."""
    found = [(name, middle(runs, name + ", p99")) for name, unit, _, _ in ROWS if unit == "ms"]
    return [(name, value[0]) for name, value in found if isinstance(value, tuple) and value[0] > LIMIT]


def text(title, results, limits):
    """Everything: median (least..most), ratio; p99 under each latency."""
    wide = 34
    lines = [title, " " * 28 + "".join(f"{name:>{wide}}" for name in results)]
    ours = next(iter(results))
    for name, unit, bound, less in ROWS:
        for part in (name, name + ", p99"):
            if not any(part in run for runs in results.values() for run in runs):
                continue
            base, line = None, f"{part:28}"
            for server, runs in results.items():
                found = middle(runs, part)
                if not isinstance(found, tuple):
                    line += f"{found or '–':>{wide}}"
                    continue
                base = found[0] if server == ours else base
                ratio = f" {number(found[0] / base)}×" if server != ours and base and less else ""
                line += f"{f'{number(found[0])} ({number(found[1])}..{number(found[2])}) {unit}{ratio}':>{wide}}"
            limit = middle(limits if bound in limits[0] else results[ours], bound) if bound else None
            lines.append(line + (f"   {bound}: {number(limit[0])}" if isinstance(limit, tuple) and part == name else ""))
    late = ", ".join(f"{name} {number(value)} ms" for name, value in slow(results[ours]))
    lines.append(f"p99 above {LIMIT} ms: {late or 'none'}")
    for server, runs in results.items():
        lines += [f"{server}: {reason}" for reason in dict.fromkeys(run["failed"] for run in runs if "failed" in run)]
    return "\n".join(lines) + "\n"
