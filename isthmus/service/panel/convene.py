"""The panel of this process: its own and the user's specialists, with the models that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from isthmus.service.budget import Budget, Price
from isthmus.service.panel.discussed import Discussed, OnTurn
from isthmus.service.panel.discussion import Caps, discuss
from isthmus.service.panel.dossier import Dossier
from isthmus.service.panel.evidence_only import part_of
from isthmus.service.panel.specialists import specialists
from isthmus.service.panel.voices import open_voices
from isthmus.service.settings import data_folder, settings

OWN_SPECIALISTS = "specialists"  # the folder of the user's data that holds theirs
MOST_ROUNDS = 5
TOKENS = 400_000  # where no budget is given
SECONDS = 600.0


def convene(
    *,
    rounds: int = 1,
    seconds: float = SECONDS,
    budget: Budget | None = None,
    on_turn: OnTurn | None = None,
) -> Callable[[Dossier], Discussed]:
    """What discusses a dossier: the panel as it is set up now, with these caps. No model is asked before it is called.

    Without any model each specialist's part is made from the evidence. Raises ``BadSpecialist`` for a file of the user's
    that cannot be read, and ``BadBudget`` where money is bounded and no price is set.
    """
    told = settings()
    price = Price(told.llm_input_price, told.llm_output_price)
    budget = budget or Budget(tokens=TOKENS)
    budget.need(price)
    caps = Caps(min(rounds, MOST_ROUNDS), seconds, budget, price)
    panel = specialists(data_folder() / OWN_SPECIALISTS)

    def discussed(dossier: Dossier) -> Discussed:
        return discuss(dossier, panel, open_voices(panel, told), part_of, caps=caps, on_turn=on_turn)

    return discussed
