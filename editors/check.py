#!/usr/bin/env python3
"""Reads the blocks of JSON and TOML in the editors' pages, and their files of these kinds: each must be well formed."""
import json
import re
import sys
import tomllib
from pathlib import Path

READERS = {"json": json.loads, "toml": tomllib.loads}
here = Path(__file__).parent
pieces = []
for page in sorted(here.glob("*/README.md")):
    if "massdriver-ls" not in page.read_text():
        sys.exit(f"{page}: names no server")
    for language, block in re.findall(r"^ *```(\w+)\n(.*?)^ *```$", page.read_text(), re.S | re.M):
        pieces.append((page, language, block))
for kind in READERS:
    for directory in ["jetbrains", "zed"]:
        pieces += [(file, kind, file.read_text()) for file in sorted((here / directory).rglob(f"*.{kind}"))]

count = 0
for file, language, text in pieces:
    if language in READERS:
        try:
            READERS[language](text)
        except ValueError as error:
            sys.exit(f"{file}: not {language}: {error}\n{text}")
        count += 1
if count < 10:
    sys.exit(f"only {count} pieces of configuration were found")
print(f"{count} pieces of configuration are well formed")
