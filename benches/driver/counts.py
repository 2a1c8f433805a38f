"""The programs whose instructions are counted."""
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def output(*command, **more):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def program(name):
    """Builds one. They share all of slugline that has been built for a release."""
    built = output(
        "cargo", "build", "--quiet", "--release", "--package", "slugline-counts", "--bin", name, "--message-format", "json")
    found = (json.loads(line) for line in built.splitlines())
    return [m["executable"] for m in found if m.get("executable") and m["target"]["name"] == name][-1]
