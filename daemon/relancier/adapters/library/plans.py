"""Plans from a folder of TOML files, each set aside by itself when it is wrong."""

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from relancier.core.plan import Plan
from relancier.core.problem import Problem

ReadPlan = Callable[[str, Mapping[str, Any], str], tuple[Plan | None, list[Problem]]]
LARGEST = 256 * 1024


def read_plans(folder: Path, read_plan: ReadPlan) -> tuple[dict[str, Plan], list[Problem]]:
    """Every plan that can be read, by the name of its file, and every problem of all files."""
    plans: dict[str, Plan] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        plan, found = _read(path, read_plan)
        problems += found
        if plan:
            plans[path.stem] = plan
    if not plans and not problems:
        problems.append(Problem(str(folder), "there is no plan here; write one, or copy the shipped ones"))
    return plans, problems


def _read(path: Path, read_plan: ReadPlan) -> tuple[Plan | None, list[Problem]]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        table = tomllib.loads(raw.decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(path.name, f"this is not TOML: {error}", _line(str(error), raw))]
    except UnicodeDecodeError as error:
        return None, [Problem(path.name, "save it as UTF-8", raw[: error.start].count(b"\n") + 1)]
    except OSError as error:
        return None, [Problem(path.name, f"it cannot be read: {error.strerror}")]
    if len(raw) > LARGEST:
        return None, [Problem(path.name, "it is larger than 256 KB; a plan is a short file")]
    return read_plan(path.stem, table, path.name)


def _line(error: str, raw: bytes) -> int:
    found = re.search(r"at line (\d+)", error)
    return int(found.group(1)) if found else raw.count(b"\n") + 1
