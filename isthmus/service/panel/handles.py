"""Short numbers for what a dossier holds, so that a model need not copy 32 hex digits; the same ones for all specialists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from isthmus.extractors.lexicon.normalise import read_name
from isthmus.graph.vocabulary import Predicate
from isthmus.service.panel.claim_checks import Put
from isthmus.service.panel.claim_text import Fault
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.forms import AssertForm, ClaimForm
from isthmus.service.panel.naming import Forms
from isthmus.service.panel.report import Asserted, Stance, Strike


@dataclass(frozen=True)
class Handles:
    """s1, s2, … are the dossier's statements and e1, e2, … its evidence, in its order."""

    dossier: Dossier

    @cached_property
    def statements(self) -> Mapping[str, str]:
        """Handle of each statement id."""
        return {each: f"s{number}" for number, each in enumerate(self.dossier.exhibits, 1)}

    @cached_property
    def evidence(self) -> Mapping[str, str]:
        """Handle of each evidence id."""
        ids = dict.fromkeys(one.id for exhibit in self.dossier.exhibits.values() for one in exhibit.evidence)
        return {each: f"e{number}" for number, each in enumerate(ids, 1)}

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return {handle: each for held in (self.statements, self.evidence) for each, handle in held.items()}

    @cached_property
    def _names(self) -> Forms:
        return Forms.of(self.dossier.entities.values())

    def id(self, handle: str) -> str:
        """The id of a handle; what is none stays as it is, to be found out by the checks."""
        return self._ids.get(handle.strip().lower(), handle.strip())

    def entity(self, name: str) -> str | None:
        """The id of the dossier's entity of this name, synonym or id."""
        wanted = name.strip()
        return wanted if wanted in self.dossier.entities else self._names.keys.get(read_name(wanted).key)

    def put(self, form: ClaimForm, by: str, model: str, round_: int) -> Put:
        """The claim with ids for handles and names; what cannot be understood is a fault of it."""
        faults: list[Fault] = []
        asserted = [one for each in form.asserts if (one := self._asserted(each, faults)) is not None]
        stance = Stance(form.stance) if form.stance in set(Stance) else None
        if stance is None:
            faults.append(Fault(Strike.MALFORMED, f"{form.stance!r} is no stance"))
        return Put(
            text=form.text,
            asserted=asserted,
            statement_ids=list(dict.fromkeys(self.id(each.statement) for each in form.asserts)),
            evidence_ids=list(dict.fromkeys(map(self.id, form.evidence))),
            quote=form.quote.strip().strip('"“”'),
            stance=stance or Stance.CONTEXT,
            by=by,
            model=model,
            round=round_,
            unread=faults,
        )

    def _asserted(self, form: AssertForm, faults: list[Fault]) -> Asserted | None:
        subject, obj = self.entity(form.subject), self.entity(form.object)
        for name, end in ((form.subject, subject), (form.object, obj)):
            if end is None:
                faults.append(Fault(Strike.FOREIGN_NAME, f"nothing in the dossier is called {name!r}"))
        predicate = Predicate(form.predicate) if form.predicate in set(Predicate) else None
        if predicate is None:
            faults.append(Fault(Strike.WRONG_RELATION, f"{form.predicate!r} is no predicate"))
        if subject is None or obj is None or predicate is None:
            return None
        return Asserted(subject=subject, predicate=predicate, object=obj, negated=form.negated)
