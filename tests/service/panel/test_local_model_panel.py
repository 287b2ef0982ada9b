"""A real panel with a real small model, end to end: what it says is of no use, and none of it reaches the case unchecked."""

import pytest
from local_model import running_model
from service.panel.dossiers import small
from service.panel.panelling import evidence_only

from isthmus.service.language_model import open_chat_model
from isthmus.service.panel.discussion import Caps, discuss
from isthmus.service.panel.specialists import specialists
from isthmus.service.panel.voices import Voice


@pytest.mark.slow
def test_a_real_model_is_asked_read_and_checked():
    dossier = small()
    panel = {name: one for name, one in specialists().items() if name in ("single_cell", "chair")}
    with running_model() as address:
        model = open_chat_model("openai:smollm2", address, longest_answer=150)
        voice = Voice(model, "openai:smollm2", reads_reports=True)
        found = discuss(dossier, panel, dict.fromkeys(panel, voice), evidence_only, caps=Caps(rounds=1, seconds=120))
    assert found.transcript
    assert found.cost.requests >= 1
    assert found.cost.output_tokens > 0
    assert all(turn.text or turn.failure for turn in found.transcript)
    assert {claim.by for claim in found.claims} <= set(panel)
    for claim in found.claims:
        assert claim.statement_ids
        for one in claim.evidence_ids:
            backed = dossier.evidence(one)
            assert backed is not None
            assert backed[0].id in claim.statement_ids
            assert claim.quote in backed[1].text or not claim.quote
    assert all(one.reasons and one.model for one in found.struck)
    assert found.specialists["single_cell"]
