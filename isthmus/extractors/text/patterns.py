"""Which words say how two things are related: data for ``claims``, no code.

A *kind* is what a word says before one knows what its arguments are ("reduces"); ``rules`` turn it into a predicate.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    """What a trigger word says of its arguments."""

    UP = auto()
    DOWN = auto()
    ACTIVATE = auto()
    INHIBIT = auto()
    INDUCE = auto()
    CAUSE = auto()
    PROMOTE = auto()
    CONTRIBUTE = auto()
    RISK = auto()
    TREAT = auto()
    IMPROVE = auto()
    ATTENUATE = auto()
    PREVENT = auto()
    EXACERBATE = auto()
    ASSOCIATE = auto()
    CORRELATE = auto()
    INTERACT = auto()
    BIND = auto()
    EXPRESS = auto()
    LOCATE = auto()
    PARTICIPATE = auto()
    BIOMARKER = auto()
    REGULATE = auto()
    AFFECT = auto()
    PRODUCE = auto()
    PHENOTYPE = auto()
    SUBSTRATE = auto()


class Aspect(Enum):
    """Of what of a thing a noun phrase speaks: "IL-6 *expression*", "*risk* of stroke"."""

    NONE = auto()
    EXPRESSION = auto()
    ACTIVITY = auto()
    AMOUNT = auto()
    MUTATION = auto()
    RISK = auto()
    THERAPY = auto()


class Frame(NamedTuple):
    """How a word takes its arguments.

    ``preposition``: empty for a direct object ("X inhibits Y"), else the words that lead to it ("X leads *to* Y").
    ``reverse``: the grammatical subject is the object of the statement ("Y responds to X").
    """

    kind: Kind
    preposition: str = ""
    reverse: bool = False


def _frames(kind: Kind, words: str, preposition: str = "", *, reverse: bool = False) -> dict[str, Frame]:
    return {word: Frame(kind, preposition, reverse) for word in words.split()}


# By lemma; a direct object.
TRANSITIVE: dict[str, Frame] = {
    **_frames(Kind.UP, "increase elevate raise upregulate enhance augment boost potentiate overexpress"),
    **_frames(Kind.DOWN, "decrease reduce lower downregulate diminish deplete lessen impair disrupt abrogate abolish"),
    **_frames(
        Kind.INHIBIT, "inhibit suppress block antagonize antagonise repress silence inactivate counteract prohibit"
    ),
    **_frames(Kind.ACTIVATE, "activate agonize trans-activate transactivate"),
    **_frames(Kind.INDUCE, "induce trigger provoke elicit evoke"),
    **_frames(Kind.CAUSE, "cause"),
    **_frames(Kind.PROMOTE, "promote stimulate facilitate accelerate drive foster"),
    **_frames(Kind.TREAT, "treat cure"),
    **_frames(Kind.IMPROVE, "improve restore rescue normalize normalise"),
    **_frames(Kind.ATTENUATE, "ameliorate alleviate attenuate mitigate relieve reverse blunt counter combat dampen"),
    **_frames(Kind.PREVENT, "prevent"),
    **_frames(Kind.EXACERBATE, "exacerbate worsen aggravate"),
    **_frames(Kind.REGULATE, "regulate modulate control govern mediate"),
    **_frames(Kind.AFFECT, "affect alter influence impact change modify"),
    **_frames(Kind.PRODUCE, "produce secrete synthesize synthesise release"),
    **_frames(Kind.BIND, "bind"),
    **_frames(Kind.INTERACT, "target"),
    **_frames(Kind.EXPRESS, "express", reverse=True),
    **_frames(Kind.SUBSTRATE, "metabolize metabolise hydrolyze hydrolyse degrade", reverse=True),
    **_frames(Kind.ASSOCIATE, "underlie accompany"),
    **_frames(Kind.RISK, "predict"),
}

# By lemma and preposition.
PREPOSITIONAL: dict[tuple[str, str], Frame] = {
    (word, preposition): Frame(kind, preposition, reverse)
    for kind, reverse, words, prepositions in (
        (Kind.ASSOCIATE, False, "associate link connect relate tie couple", "with to"),
        (Kind.CORRELATE, False, "correlate covary", "with to"),
        (Kind.INTERACT, False, "interact", "with"),
        (Kind.BIND, False, "bind", "to with"),
        (Kind.CAUSE, False, "lead", "to"),
        (Kind.CAUSE, False, "result culminate", "in"),
        (Kind.CAUSE, True, "result arise stem", "from"),
        (Kind.CONTRIBUTE, False, "contribute predispose", "to"),
        (Kind.PARTICIPATE, False, "participate involve implicate engage", "in"),
        (Kind.PREVENT, False, "protect", "against from"),
        (Kind.EXPRESS, False, "express detect enrich", "in on by"),
        (Kind.LOCATE, False, "localize localise locate", "in to at"),
        (Kind.PHENOTYPE, False, "characterize characterise manifest", "by as with"),
        (Kind.PRODUCE, True, "derive", "from"),
    )
    for word in words.split()
    for preposition in prepositions.split()
}

ADJECTIVES: dict[tuple[str, str], Frame] = {
    (word, preposition): Frame(kind, preposition)
    for kind, words, prepositions in (
        (Kind.ASSOCIATE, "associated linked related connected unrelated", "with to"),
        (Kind.CORRELATE, "correlated uncorrelated", "with to"),
        (Kind.CAUSE, "responsible causative causal", "for of in"),
        (Kind.TREAT, "effective efficacious beneficial useful helpful", "against for in"),
        (Kind.PREVENT, "protective neuroprotective", "against"),
        (Kind.PARTICIPATE, "involved implicated important essential crucial critical necessary required", "in for"),
        (Kind.EXPRESS, "present abundant", "in"),
    )
    for word in words.split()
    for preposition in prepositions.split()
}

# Nouns made from verbs: "inhibition of Y by X"; or said of a thing: "X is an inhibitor of Y".
NOMINAL: dict[str, Kind] = {
    "inhibition": Kind.INHIBIT, "suppression": Kind.INHIBIT, "blockade": Kind.INHIBIT, "repression": Kind.INHIBIT,
    "activation": Kind.ACTIVATE, "stimulation": Kind.PROMOTE, "induction": Kind.INDUCE, "promotion": Kind.PROMOTE,
    "increase": Kind.UP, "elevation": Kind.UP, "upregulation": Kind.UP, "enhancement": Kind.UP,
    "decrease": Kind.DOWN, "reduction": Kind.DOWN, "downregulation": Kind.DOWN, "depletion": Kind.DOWN,
    "treatment": Kind.TREAT, "therapy": Kind.TREAT, "management": Kind.TREAT, "prevention": Kind.PREVENT,
    "amelioration": Kind.ATTENUATE, "attenuation": Kind.ATTENUATE, "alleviation": Kind.ATTENUATE,
    "improvement": Kind.IMPROVE, "exacerbation": Kind.EXACERBATE, "regulation": Kind.REGULATE,
    "modulation": Kind.REGULATE, "metabolism": Kind.SUBSTRATE,
}  # fmt: skip
AGENT_NOUNS: dict[str, Kind] = {
    "inhibitor": Kind.INHIBIT, "antagonist": Kind.INHIBIT, "blocker": Kind.INHIBIT, "suppressor": Kind.INHIBIT,
    "activator": Kind.ACTIVATE, "agonist": Kind.ACTIVATE, "inducer": Kind.INDUCE, "stimulator": Kind.ACTIVATE,
    "cause": Kind.CAUSE, "treatment": Kind.TREAT, "therapy": Kind.TREAT, "remedy": Kind.TREAT, "cure": Kind.TREAT,
    "drug": Kind.TREAT, "medication": Kind.TREAT, "agent": Kind.TREAT, "option": Kind.TREAT, "intervention": Kind.TREAT,
    "biomarker": Kind.BIOMARKER, "marker": Kind.BIOMARKER, "indicator": Kind.BIOMARKER, "predictor": Kind.BIOMARKER,
    "regulator": Kind.REGULATE, "modulator": Kind.REGULATE, "mediator": Kind.REGULATE, "substrate": Kind.SUBSTRATE,
    "ligand": Kind.BIND, "factor": Kind.RISK, "gene": Kind.ASSOCIATE, "locus": Kind.ASSOCIATE, "producer": Kind.PRODUCE,
    "component": Kind.PARTICIPATE, "symptom": Kind.PHENOTYPE, "feature": Kind.PHENOTYPE, "hallmark": Kind.PHENOTYPE,
    "manifestation": Kind.PHENOTYPE, "complication": Kind.PHENOTYPE,
}  # fmt: skip
# The subject of these statements is the thing that the noun phrase's "of" names.
REVERSED_AGENTS = frozenset({"symptom", "feature", "hallmark", "manifestation", "complication"})
# These say it only with a word more: "*therapeutic* agent", "option *for* Y".
NEEDS_MODIFIER = frozenset({"drug", "agent", "option", "medication", "intervention", "gene", "locus"})
TELLING_MODIFIERS = frozenset({
    "therapeutic", "susceptibility", "risk", "effective", "promising", "candidate", "causative", "first-line", "treatment",
})  # fmt: skip
# What brings the one who does it to a noun made from a verb: "treatment of Y *with* X".
NOMINAL_AGENTS = ("by", "with", "through", "via", "after", "following")
# "association between X and Y", "role of X in Y": kind and the prepositions of both arguments.
LINKS: dict[str, tuple[Kind, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(
        ("association", "link", "relationship", "relation", "connection", "linkage"),
        (Kind.ASSOCIATE, (("of", "with"), ("of", "to"), ("", "with"), ("", "between"))),
    ),
    "correlation": (Kind.CORRELATE, (("of", "with"), ("", "with"), ("", "between"))),
    **dict.fromkeys(("interaction", "crosstalk", "interplay"), (Kind.INTERACT, (("of", "with"), ("", "with"), ("", "between")))),
    "binding": (Kind.BIND, (("of", "to"), ("", "to"))),
    **dict.fromkeys(("role", "involvement", "participation", "implication", "function"), (Kind.PARTICIPATE, (("of", "in"), ("", "in")))),
    **dict.fromkeys(("effect", "impact", "influence", "action", "efficacy"), (Kind.AFFECT, (("of", "on"), ("of", "in"), ("", "on"), ("", "against")))),
    "contribution": (Kind.CONTRIBUTE, (("of", "to"), ("", "to"))),
    "use": (Kind.TREAT, (("of", "for"),)),
    "expression": (Kind.EXPRESS, (("of", "in"), ("", "in"))),
}  # fmt: skip
# "X has a *protective* effect against Y" says more than "effect".
EFFECT_ADJECTIVES: dict[str, Kind] = {
    **dict.fromkeys(("inhibitory", "suppressive"), Kind.INHIBIT),
    **dict.fromkeys(("protective", "neuroprotective", "preventive", "preventative"), Kind.PREVENT),
    **dict.fromkeys(("therapeutic", "beneficial", "ameliorative"), Kind.TREAT),
    **dict.fromkeys(("stimulatory", "activating"), Kind.PROMOTE),
    **dict.fromkeys(("causal", "causative", "pathogenic"), Kind.CAUSE),
}
# "LPS-induced inflammation", "PD-associated genes".
HYPHENED: dict[str, Kind] = {
    "induced": Kind.INDUCE, "evoked": Kind.INDUCE, "triggered": Kind.INDUCE, "stimulated": Kind.PROMOTE,
    "activated": Kind.ACTIVATE, "associated": Kind.ASSOCIATE, "related": Kind.ASSOCIATE, "linked": Kind.ASSOCIATE,
    "mediated": Kind.REGULATE, "dependent": Kind.REGULATE, "producing": Kind.PRODUCE, "secreting": Kind.PRODUCE, "lowering": Kind.DOWN,
    "inhibiting": Kind.INHIBIT, "activating": Kind.ACTIVATE, "regulated": Kind.REGULATE, "causing": Kind.CAUSE,
}  # fmt: skip
HYPHENED_FORWARD = frozenset({"producing", "secreting", "lowering", "inhibiting", "activating", "causing"})
# Verbs that only carry a noun: "X *has* an effect on Y", "X *plays* a role in Y", "X *caused* an increase in Y".
LIGHT_VERBS = frozenset({
    "have", "show", "exert", "exhibit", "display", "demonstrate", "play", "cause", "produce", "induce", "be", "lead",
    "result", "possess", "reveal", "find", "observe", "serve", "act", "use", "represent", "remain", "become", "yield",
    "provide", "confer", "bring", "trigger", "elicit", "develop", "experience", "report", "present",
})  # fmt: skip
# "X is *approved* for the treatment of Y".
USING_VERBS = frozenset({
    "approve", "use", "indicate", "recommend", "prescribe", "license", "employ", "apply", "test", "evaluate", "investigate",
    "propose", "consider", "explore", "study", "assess", "administer", "give",
})  # fmt: skip
CARRYING_VERBS = frozenset({
    "have", "show", "exhibit", "display", "demonstrate", "present", "reveal", "develop", "report", "experience",
})  # fmt: skip

RAISED = frozenset({
    "increased", "elevated", "higher", "raised", "enhanced", "greater", "upregulated", "up-regulated", "excessive",
    "enriched", "heightened", "augmented", "high", "hyperactive", "overexpressed", "more", "stronger", "larger",
    "increase", "elevation", "upregulation", "enrichment", "overexpression",
})  # fmt: skip
LOWERED = frozenset({
    "decreased", "reduced", "lower", "diminished", "downregulated", "down-regulated", "lowered", "depleted",
    "impaired", "attenuated", "low", "fewer", "weaker", "smaller", "less", "blunted", "insufficient", "decrease",
    "reduction", "downregulation", "depletion", "hypoactive",
})  # fmt: skip


class Carrier(NamedTuple):
    """A noun that stands for the thing it names: "*levels* of IL-6"; ``flip`` where it says that there is less of it."""

    aspect: Aspect
    prepositions: tuple[str, ...] = ("of",)
    flip: bool = False


def _carriers(aspect: Aspect, words: str, prepositions: str = "of", *, flip: bool = False) -> dict[str, Carrier]:
    return {word: Carrier(aspect, tuple(prepositions.split()), flip) for word in words.split()}


CARRIERS: dict[str, Carrier] = {
    **_carriers(Aspect.EXPRESSION, "expression mrna mrnas transcription transcript overexpression upregulation", "of"),
    **_carriers(Aspect.ACTIVITY, "activity phosphorylation signaling signalling function", "of in"),
    **_carriers(Aspect.ACTIVITY, "activation response connectivity", "of in to"),
    **_carriers(
        Aspect.AMOUNT,
        "level concentration abundance amount content production secretion release quantity number count density "
        "proportion ratio synthesis generation accumulation volume thickness titer value intake consumption presence "
        "availability increase elevation rise growth proliferation formation aggregation deposition change alteration "
        "enrichment difference pool status biosynthesis colonization infection uptake burden load excess",
        "of in",
    ),
    **_carriers(
        Aspect.MUTATION, "mutation variant polymorphism allele variation snp haplotype genotype snps", "of in at"
    ),
    **_carriers(Aspect.RISK, "risk susceptibility incidence odds likelihood prevalence vulnerability", "of for to"),
    **_carriers(
        Aspect.THERAPY,
        "treatment administration supplementation therapy injection dose exposure use infusion pretreatment application "
        "ingestion intervention supplement feeding",
        "of with to",
    ),
    **_carriers(
        Aspect.NONE,
        "gene protein peptide molecule receptor cytokine pathway locus isoform family member form type group species strain "
        "genus phylum bacterium bacteria antibody patient subject individual child adult person people participant cohort case "
        "model symptom sign severity progression development onset pathogenesis pathology pathophysiology etiology outcome "
        "course feature phenotype manifestation episode diagnosis history subtype stage disease disorder syndrome injury damage "
        "condition behavior behaviour deficit dysfunction impairment process drug agent compound extract cell neuron tissue "
        "region area cortex mouse rat mice animal state score marker biomarker hormone enzyme metabolite acid "
        "product subunit complex agonist activator ligand donor",
        "of with in",
    ),
    **_carriers(
        Aspect.AMOUNT,
        "deficiency loss depletion deletion knockdown knockout lack absence inhibition blockade suppression decrease "
        "reduction decline silencing ablation downregulation deprivation",
        "of in",
        flip=True,
    ),
    **_carriers(Aspect.ACTIVITY, "inhibitor antagonist blocker", "of", flip=True),
}
