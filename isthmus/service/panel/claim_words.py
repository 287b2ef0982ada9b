"""The words that a claim may be made of besides names: all others must stand in the evidence that it cites.

What is not listed cannot change what a claim says, since it is not let through. So the lists are short on purpose; words
that turn a relation round ("loss", "antibody", "inhibitor" after a name) stand in ``TURNING`` to be named as what they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from isthmus.graph.vocabulary import Category


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DENIAL = _set(
    "not no never nor neither none without cannot fail fails failed failing lack lacks lacked unable doesn't don't didn't "
    "isn't aren't wasn't weren't can't couldn't won't hasn't haven't hardly unaffected unlikely absent nothing nobody"
)
HEDGE = _set(
    "may might could possibly perhaps probably likely potentially presumably seems seem seemed appears appear appeared "
    "suggest suggests suggested suspected thought believed proposed hypothesised hypothesized supposed"
)
STRONG = _set(
    "prove proves proved proven proof cure cures cured curing certain certainly definite definitely definitively always "
    "undoubtedly undeniable undeniably conclusive conclusively guarantee guarantees guaranteed invariably clearly obviously "
    "completely fully entirely totally best only every all absolutely unquestionably unequivocally establishes established "
    "confirms confirmed demonstrably strongly potently dramatically significantly selectively specifically"
)
TURNING = _set(
    "loss lack absence deficiency deficient depletion knockdown knockout silencing deletion antibody antibodies inhibitor "
    "inhibitors inhibition blocker blockers blockade antagonist antagonists activator activators agonist agonists anti against "
    "withdrawal resistance degradation breakdown mutant mutants mutation mutations null independent independently free"
)
NUMBERS = _set(
    "zero one two three four five six seven eight nine ten eleven twelve dozen dozens twenty thirty fifty hundred hundreds "
    "thousand thousands half third quarter double twice triple twofold threefold fold percent per cent most many several few "
    "majority minority once"
)

# Before the first name: who says so.
LEAD = _set(
    "the a an this that these those in it is was are were has have been there evidence paper papers study studies report reports "
    "reported data results result findings finding show shows showed shown indicate indicates indicated found observed says "
    "said states stated describes described according to sentence sentences work authors literature experiments experiment "
    "here and also cited source sources one on by , :"
)
# After the last one.
TAIL = _set(
    "the a an this that these those in according to as is was reported found shown observed seen stated said by study studies "
    "paper papers report reports evidence cited source sources authors sentence sentences data experiments experiment here "
    "one work literature has have been too also , . ; ( )"
)
# Between two names, beside the relation itself.
AROUND = _set(
    "is are was were be been being has have had can does do did will to also found shown reported known observed seen said able "
    "which that who and , ( ) the a an"
)
ACTIVITY = _set("activity activation function signalling signaling")
AMOUNT = _set(
    "expression level levels amount amounts abundance mrna transcription production concentration concentrations"
)

# What a thing of a category may be called beside its name; "enzyme" or "receptor" would say something of it.
_GENE, _CHEMICAL = _set("gene genes protein proteins"), _set("compound compounds molecule")
KINDS: Mapping[Category, frozenset[str]] = {
    Category.GENE: _GENE,
    Category.PROTEIN: _GENE,
    Category.SMALL_MOLECULE: _CHEMICAL,
    Category.CHEMICAL_ENTITY: _CHEMICAL,
    Category.DRUG: _CHEMICAL | _set("drug drugs"),
    Category.DISEASE: _set("disease"),
}
