"""What a resolver has at hand: the graphs, the loaders of this request, and who may write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import strawberry

from isthmus.graph.model import Entity
from isthmus.graph.stores.protocol import Store
from isthmus.service.api.graphql.loaders import Loaders
from isthmus.service.graphs import Graphs
from isthmus.service.lexicon import lexicon
from isthmus.service.names import resolve


@dataclass
class Asked:
    """One request.

    ``operation`` is the name of the one to run, where one is sent. ``to_write`` lets somebody in this name write, or
    raises the error that says why not.
    """

    graphs: Graphs
    operation: str | None
    to_write: Callable[[str], None]

    @cached_property
    def loaders(self) -> Loaders:
        """Made where the request runs, since they belong to its loop."""
        return Loaders(self.graphs)

    @property
    def store(self) -> Store:
        """This thread's connection."""
        return self.graphs.store

    def named(self, name: str) -> Entity:
        """The entity that a CURIE or a name stands for. Raises ``UnknownName`` and ``AmbiguousName``."""
        return resolve(name, self.store, lexicon().canonical)


Info = strawberry.Info[Asked, None]
