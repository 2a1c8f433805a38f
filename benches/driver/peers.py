"""peers: the servers that are compared, where they come from, what each must be told."""
import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INTO = ROOT / ".tools/peers"
PYTHON = INTO / "python"
NODE = INTO / "node"

# `follow`: the request by which it follows a link.
Peer = namedtuple("Peer", "name style command get settings follow", defaults=(None, None, "textDocument/definition"))


def cargo(crate, version):
    if not (INTO / "bin" / crate).exists():
        run("cargo", "install", "--quiet", "--locked", "--root", INTO, f"{crate}@{version}")


def pip(package, version):
    if not (PYTHON / "bin" / package).exists():
        run(sys.executable, "-m", "venv", PYTHON)
        run(PYTHON / "bin/pip", "install", "--quiet", "--disable-pip-version-check", f"{package}=={version}")


def npm(*packages):
    if not all((NODE / "node_modules" / package.split("@")[0]).exists() for package in packages):
        NODE.mkdir(parents=True, exist_ok=True)
        run("npm", "install", "--silent", "--ignore-scripts", "--no-save", "--no-package-lock", "--prefix", NODE, *packages)


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=sys.stderr)


# The settings that VS Code gives its own server; without them it checks nothing.
VSCODE = json.loads((ROOT / "benches/peers/vscode_markdown.json").read_text())

PEERS = [
    Peer("slugline", "wiki", [os.environ.get("SLUGLINE") or str(ROOT / "target/release/slugline"), "lsp"]),
    Peer("rumdl", "markdown", [str(PYTHON / "bin/rumdl"), "server"], lambda: pip("rumdl", "0.3.0")),
    Peer("mdsmith", "markdown", [str(PYTHON / "lib/mdsmith"), "lsp"], lambda: pip("mdsmith", "0.57.0")),
    Peer("iwes", "markdown", [str(INTO / "bin/iwes")], lambda: cargo("iwes", "0.29.3")),
    Peer("vscode-markdown", "markdown", ["node", str(ROOT / "benches/peers/vscode_markdown.mjs"), str(NODE)],
         lambda: npm("vscode-markdown-languageserver@0.5.0", "markdown-it@14.3.3"), VSCODE, "textDocument/documentLink"),
]


def install(servers):
    """Puts what is missing into .tools/peers. Only slugline must be there already."""
    for server in servers:
        if server.get:
            server.get()
    # The package's own command is a Python script that only starts this.
    inner = next(PYTHON.glob("lib/python3*/site-packages/mdsmith/_bin/mdsmith"), None)
    link = PYTHON / "lib/mdsmith"
    if inner and not link.exists():
        link.symlink_to(inner)
    if not shutil.which("rg"):
        print("ripgrep is not there: its row is left out (apt-get install ripgrep)", file=sys.stderr)
