"""Writes each script of the given workflow and pipeline files into a folder, for a linter of shell.

scripts_of.py FOLDER FILE...
"""

import pathlib
import sys

from ruamel.yaml import YAML


def scripts(value):
    """What stands behind `run:`, or in a list behind `script:`, wherever it is."""
    if isinstance(value, list):
        for part in value:
            yield from scripts(part)
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "run" and isinstance(part, str):
                yield part
            elif key == "script" and isinstance(part, list):
                yield "\n".join(line for line in part if isinstance(line, str))
            else:
                yield from scripts(part)


folder, *files = map(pathlib.Path, sys.argv[1:])
yaml = YAML()
yaml.constructor.add_constructor("!reference", lambda *_: None)
for file in files:
    for number, script in enumerate(scripts(yaml.load(file))):
        target = folder / f"{file.stem}-{number}.sh"
        target.write_text(f"#!/bin/sh\n{script}\n")
