"""Steps of work that take long enough to be watched. Whoever does one names it; the service may listen and tell of it.

The rooms that read and know do not know who listens: metrics, traces, or nobody, which costs some microseconds. Nor do they
know who waits for their work; they ask now and then, at a ``checkpoint``, whether anybody still does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

Fact = int | float | str


@dataclass(slots=True)
class Step:
    """One step while it is taken. ``ago``: it began so many seconds before anybody was told.

    ``facts`` are counts, and words of the program (a kind of store, an outcome): never texts, names of entities, addresses
    or what a person typed, since they leave the machine with traces and stand in metrics.
    """

    name: str
    ago: float = 0.0
    facts: dict[str, Fact] = field(default_factory=dict)

    def add(self, **facts: Fact) -> None:
        """Tell what was not known when it began."""
        self.facts.update(facts)


# Called with a step before it is taken, left when it is done or raises.
Listener = Callable[[Step], AbstractContextManager[None]]
_listeners: list[Listener] = []
# Called at checkpoints with what is being done and how far it is (0 of 0: nobody knows); raises where it is to stop.
Heed = Callable[[str, int, int], None]
_heed: ContextVar[Heed | None] = ContextVar("heed", default=None)


def listen(listener: Listener) -> Callable[[], None]:
    """Have a listener, which must not raise, told of every step of this process; returns what ends that. Twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)

    def leave() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return leave


@contextmanager
def step(name: str, *, ago: float = 0.0, **facts: Fact) -> Iterator[Step]:
    """A step, taken in the ``with`` block. Never around a ``yield``: what the caller does meanwhile is not of it.

    >>> with step("store.write", documents=48) as writing:
    ...     writing.add(statements=7)
    >>> writing.facts
    {'documents': 48, 'statements': 7}
    """
    taken = Step(name, ago, dict(facts))
    if not _listeners:
        yield taken
        return
    with ExitStack() as listening:
        for listener in tuple(_listeners):
            listening.enter_context(listener(taken))
        yield taken


def told(name: str, seconds: float, **facts: Fact) -> None:
    """A step that is over: it took so many seconds."""
    with step(name, ago=seconds, **facts):
        pass


def checkpoint(doing: str, done: int = 0, of: int = 0) -> None:
    """A place where long work may be given up: what was begun here must be worth nothing half done.

    Raises whatever ``heeding`` was given to raise; nothing where nobody asked to be heeded.
    """
    heed = _heed.get()
    if heed is not None:
        heed(doing, done, of)


@contextmanager
def heeding(heed: Heed) -> Iterator[None]:
    """Have ``heed`` called at each checkpoint of this thread in the ``with`` block."""
    token = _heed.set(heed)
    try:
        yield
    finally:
        _heed.reset(token)
