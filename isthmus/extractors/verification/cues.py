"""The words that speak of a relation, that take it back, and that make a name a part of another thing."""

from __future__ import annotations

import re


def _any(words: str) -> str:
    """A pattern of any of the words, parted by spaces; ``*`` stands for any ending, ``_`` for a space."""
    return "|".join(word.replace("*", r"\w*").replace("_", " ") for word in words.split())


_CUES = {
    "phosphorylation": _any("phospho* autophospho* transphospho* hyperphospho* kinase"),
    "dephosphorylation": _any("dephospho* phosphatase"),
    "modification": rf"(?:de|poly|mono)?(?:{_any('ubiquit* methylat* acetylat* sumoylat* glycosyl* hydroxyl* palmitoyl*')})",
    "expression": _any(
        "express* transcri* mrnas? levels? produc* secret* synthes* amounts? abundance overexpress* stabili* degrad*"
    ),
    "activity": _any("activ* signal* function* potenti*"),
    "up": _any(
        "increas* induc* enhanc* promot* stimul* up-?regulat* elevat* augment* accelerat* facilitat* trigger* leads? led caus* "
        "driv*"
    ),
    "down": _any(
        "decreas* reduc* inhibit* suppress* block* attenuat* abolish* down-?regulat* prevent* repress* antagoni* impair* "
        "diminish* abrogat* inactivat* disrupt* lower*"
    ),
    "binding": _any(
        "bind* bound interact* associat* complex* co-?immunoprecip* co-?ip coprecip* heterodimer* dimer* recruit* contacts? "
        "affinity pull-?down coupl* form* link* conjugat* dissociat*"
    ),
    "regulation": _any("regulat* mediat* control* modulat* affect* depend* requir* effect effects role roles respon*"),
    "movement": _any("translocat* locali* transport* nuclear membrane"),
}
CUES = tuple(_CUES)
CUE = re.compile("|".join(rf"(?P<{name}>\b(?:{pattern})\b)" for name, pattern in _CUES.items()), re.IGNORECASE)

_RESIDUE = r"\b(?:ser(?:ine)?|thr(?:eonine)?|tyr(?:osine)?|lys(?:ine)?)\b[- (]{0,2}\d*|\b[STYK]\d{2,4}\b"
_ASIDES = {
    "negated": _any(
        "not no neither nor without fail* unable cannot absence lack* never independent* insufficient unaffected unchanged"
    ),
    "supposed": _any(
        "whether may might could hypothes* suggest* propos* possib* potential* speculat* likely if would should suspect* seem* "
        "appear*"
    ),
    "studied": _any(
        "investigat* examin* test* determin* assess* study studied measur* analy[sz]* evaluat* explor* to_confirm compared?"
    ),
    "found": _any("show* demonstrat* found reveal* report* indicat* confirm* identif* observ* known"),
    "loss": _any(
        "sirnas? shrnas? knock-?\\w+ deplet* deficien* null silenc* delet* dominant mutant* mutat* inactive knockout rnai"
    ),
    "direct": _any("direct directly"),
}
ASIDE = {
    **{name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for name, pattern in _ASIDES.items()},
    "contracted": re.compile(r"n['’]t\b"),
    "site": re.compile(_RESIDUE, re.IGNORECASE),
}

# What stands right after a name.
_AFTER = {
    "inhibitor": r"[\s-]*(?:-/-|"
    + _any(
        "inhibit* antagonist* blocker sirna shrna antibod* antisera knock* deficien* null mutant* silenc* deplet* mutat*"
    )
    + ")",
    "receptor": rf"[\s-]*(?:{_any('receptors? r ligands? family superfamily like subfamily')})\b",
    "part": r"[\s-]*(?:"
    + _any(
        "domains? motifs? promoters? genes? sites? mrna locus peptides? subunits? chain elements? binding region sequence* tail "
        "fragment loop repeats?"
    )
    + ")",
    "bound": r"[\s-]*(?:"
    + _any(
        "bound associated containing interacting mediated dependent induced independent stimulated activated treated positive "
        "negative responsive regulated driven specific free catalyzed"
    )
    + ")",
    "process": r"[\s-]*(?:"
    + _any(
        "signal* pathways? activation activity expression cascade phosphorylation levels? transcription secretion production "
        "release degradation inhibition function"
    )
    + ")",
    "enzyme": rf"[\s-]*(?:{_any('kinases? phosphatases? ligases? proteases? proteins? complex* heterodimer*')})",
    "cells": r"[\s-]*(?:cells?|mice|rats?|patients|neurons|\+)",
    "joined": r"(?:-|/|·|:)(?=[A-Za-z])",
    "comma": r"\s*(?:,|\band\b|\bor\b)",
    "bracket": r"\s*[()\[]",
}
AFTER = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _AFTER.items()}

# What stands right before it; "by the novel X".
_ARTICLE = r"\s+(?:(?:the|an?|both)\s+)?(?:\w+\s+)?$"
_BEFORE = {
    "anti": r"anti[- ]?$",
    "by": rf"\b(?:by|via|through){_ARTICLE}",
    "of": rf"\bof{_ARTICLE}",
    "to": rf"\b(?:to|with){_ARTICLE}",
    "comma": r"(?:,|\band|\bor)\s*$",
    "joined": r"[A-Za-z0-9][-/:]$",
    "bracket": r"[(\[]\s*$",
    "loss": rf"(?:{_any('inhibit* loss lack absence deplet* knock* silenc* block* deficien* inactivat* delet* disrupt*')})"
    r"\s+(?:of\s+)?(?:the\s+)?$",
    "phospho": r"(?:phospho|p)[- ]$",
}
BEFORE = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _BEFORE.items()}
