"""What the README shows is what the commands print, and what it lists is what there is."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from isthmus.service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = re.compile(r"\d+\.\d s")


def test_the_example_prints_what_the_readme_shows(tmp_path):
    (shown,) = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    environment = os.environ | {"NO_COLOR": "1"}
    printed = []
    for line in shown.splitlines():
        if line.startswith("$ export "):
            name, _, value = line.removeprefix("$ export ").partition("=")
            environment[name] = value.replace("sqlite:///", f"sqlite:///{tmp_path}/")
            printed.append(line)
        elif line.startswith("$ .venv/bin/isthmus "):
            arguments = shlex.split(line)[2:]
            done = subprocess.run(
                [sys.executable, "-m", "isthmus", *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            )
            printed += [line, *done.stdout.splitlines()]
    assert SECONDS.sub("", "\n".join(printed)) == SECONDS.sub("", shown.rstrip("\n"))


def test_every_setting_is_in_the_readme():
    listed = set(re.findall(r"`(ISTHMUS_\w+)`", README))
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "isthmus").rglob("*.py"))
    read = {name for source in sources for name in re.findall(r"\bISTHMUS_[A-Z0-9_]*[A-Z0-9]\b", source)}
    assert read | {f"ISTHMUS_{name.upper()}" for name in Settings.model_fields} == listed


def test_every_link_leads_to_a_file():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
