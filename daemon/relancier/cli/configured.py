"""The configuration that a command was asked to use."""

import os
from pathlib import Path

from relancier.cli.ending import UNUSABLE, Asked, Stop, first_of
from relancier.config import Config, find, load


def configuration(asked: Asked) -> tuple[Path, Config]:
    """The configuration file and its values; a mistake in it ends the command."""
    path = find(asked.config, os.environ)
    config, problems = load(path)
    if config is None:
        raise Stop(first_of(problems), UNUSABLE)
    return path, config
