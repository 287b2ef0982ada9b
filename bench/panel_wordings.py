"""How a person or a model may put each predicate: wordings written by hand, apart from the forms that the checks know.

``{s}`` is the subject, ``{o}`` the object; of a pair the first affirms and the second denies.
"""

from isthmus.graph.vocabulary import Predicate

_LINK = [
    ("{s} is associated with {o}", "{s} is not associated with {o}"),
    ("{s} was found to be linked to {o}", "{s} was not found to be linked to {o}"),
    ("an association between {s} and {o} has been reported", "no association between {s} and {o} was found"),
]


def _verb(plain: str, third: str, past: str, noun: str = "") -> list[tuple[str, str]]:
    told = [
        (f"{{s}} {third} {{o}}", f"{{s}} does not {plain} {{o}}"),
        (f"{{s}} {past} {{o}}", f"{{s}} did not {plain} {{o}}"),
        (f"{{s}} was shown to {plain} {{o}}", f"{{s}} was not shown to {plain} {{o}}"),
        (f"{{o}} is {past} by {{s}}", f"{{o}} is not {past} by {{s}}"),
        (f"{{s}} may {plain} {{o}}", f"{{s}} may not {plain} {{o}}"),
        (f"one study reported that {{s}} {third} {{o}}", f"one study reported that {{s}} does not {plain} {{o}}"),
        (f"{{s}} also {third} {{o}}", f"{{s}} fails to {plain} {{o}}"),
    ]
    return told + (
        [(f"{noun} of {{o}} by {{s}} was observed", f"no {noun} of {{o}} by {{s}} was observed")] if noun else []
    )


def _be(words: str) -> list[tuple[str, str]]:
    return [
        (f"{{s}} is {words} {{o}}", f"{{s}} is not {words} {{o}}"),
        (f"{{s}} was {words} {{o}}", f"{{s}} was not {words} {{o}}"),
        (f"the evidence shows that {{s}} is {words} {{o}}", f"the evidence shows that {{s}} is not {words} {{o}}"),
        (f"{{s}} may be {words} {{o}}", f"{{s}} may not be {words} {{o}}"),
    ]


def _plain(third: str, plain: str) -> list[tuple[str, str]]:
    return [
        (f"{{s}} {third} {{o}}", f"{{s}} does not {plain} {{o}}"),
        (f"{{s}} was reported to {plain} {{o}}", f"{{s}} was not reported to {plain} {{o}}"),
        (f"{{s}} may {plain} {{o}}", f"{{s}} may not {plain} {{o}}"),
        (f"the data indicate that {{s}} {third} {{o}}", f"the data indicate that {{s}} does not {plain} {{o}}"),
    ]


P = Predicate
WORDINGS: dict[Predicate, list[tuple[str, str]]] = {
    P.RELATED_TO: _be("related to"),
    P.AFFECTS: [*_verb("affect", "affects", "affected"), ("{s} has an effect on {o}", "{s} has no effect on {o}"), ("an effect of {s} on {o} was reported", "no effect of {s} on {o} was reported"), ("{s} acts on {o}", "{s} does not act on {o}")],
    P.REGULATES: _verb("regulate", "regulates", "regulated", "regulation"),
    P.ACTIVATES: [*_verb("activate", "activates", "activated", "activation"), ("{s} increases the activity of {o}", "{s} does not increase the activity of {o}"), ("{s} is an activator of {o}", "{s} is not an activator of {o}"), ("{s} stimulates {o}", "{s} does not stimulate {o}"), ("{s} enhances {o} activity", "{s} does not enhance {o} activity")],
    P.INHIBITS: [*_verb("inhibit", "inhibits", "inhibited", "inhibition"), ("{s} reduces the activity of {o}", "{s} does not reduce the activity of {o}"), ("{s} is an inhibitor of {o}", "{s} is not an inhibitor of {o}"), ("{s} suppresses {o}", "{s} does not suppress {o}"), ("{s} blocks the function of {o}", "{s} does not block the function of {o}")],
    P.INCREASES: [*_verb("increase", "increases", "increased"), ("{s} raises the level of {o}", "{s} does not raise the level of {o}"), ("{s} elevates {o} levels", "{s} does not elevate {o} levels")],
    P.DECREASES: [*_verb("decrease", "decreases", "decreased"), ("{s} lowers the level of {o}", "{s} does not lower the level of {o}"), ("{s} reduces {o} levels", "{s} does not reduce {o} levels")],
    P.INCREASES_EXPRESSION_OF: [*_verb("upregulate", "upregulates", "upregulated", "upregulation"), ("{s} increases the expression of {o}", "{s} does not increase the expression of {o}"), ("{s} induces {o} expression", "{s} does not induce {o} expression"), ("{s} up-regulates {o}", "{s} does not up-regulate {o}")],
    P.DECREASES_EXPRESSION_OF: [*_verb("downregulate", "downregulates", "downregulated", "downregulation"), ("{s} reduces the expression of {o}", "{s} does not reduce the expression of {o}"), ("{s} represses {o}", "{s} does not repress {o}")],
    P.INTERACTS_WITH: [*_plain("interacts with", "interact with"), ("an interaction between {s} and {o} was reported", "no interaction between {s} and {o} was reported")],
    P.PHYSICALLY_INTERACTS_WITH: [*_plain("physically interacts with", "physically interact with"), ("a physical interaction between {s} and {o} was found", "no physical interaction between {s} and {o} was found")],
    P.BINDS: [*_plain("binds to", "bind to"), ("{s} binds {o}", "{s} does not bind {o}"), ("binding of {s} to {o} was observed", "no binding of {s} to {o} was observed")],
    P.GENETICALLY_INTERACTS_WITH: _plain("genetically interacts with", "genetically interact with"),
    P.TREATS: [*_verb("treat", "treats", "treated", "treatment"), ("{s} is used to treat {o}", "{s} is not used to treat {o}"), ("{s} is a treatment for {o}", "{s} is not a treatment for {o}"), ("treatment of {o} with {s} was reported", "no treatment of {o} with {s} was reported")],
    P.STUDIED_TO_TREAT: [*_be("studied as a treatment for"), ("{s} was tested in {o}", "{s} was not tested in {o}"), ("{s} has been investigated for {o}", "{s} has not been investigated for {o}")],
    P.PREVENTS: [*_verb("prevent", "prevents", "prevented", "prevention"), ("{s} protects against {o}", "{s} does not protect against {o}")],
    P.AMELIORATES: [*_verb("ameliorate", "ameliorates", "ameliorated"), ("{s} improves {o}", "{s} does not improve {o}"), ("{s} alleviates {o}", "{s} does not alleviate {o}")],
    P.EXACERBATES: [*_verb("exacerbate", "exacerbates", "exacerbated"), ("{s} worsens {o}", "{s} does not worsen {o}")],
    P.CAUSES: [*_verb("cause", "causes", "caused"), ("{s} leads to {o}", "{s} does not lead to {o}"), ("{s} results in {o}", "{s} does not result in {o}"), ("{s} is a cause of {o}", "{s} is not a cause of {o}")],
    P.CONTRIBUTES_TO: _plain("contributes to", "contribute to"),
    P.PREDISPOSES_TO: [*_plain("predisposes to", "predispose to"), ("{s} increases the risk of {o}", "{s} does not increase the risk of {o}"), ("{s} is a risk factor for {o}", "{s} is not a risk factor for {o}")],
    P.HAS_SIDE_EFFECT: [("{s} has {o} as a side effect", "{s} does not have {o} as a side effect"), ("{o} is a side effect of {s}", "{o} is not a side effect of {s}"), ("{s} can cause {o} as a side effect", "{s} does not cause {o} as a side effect")],
    P.ASSOCIATED_WITH: _LINK,
    P.GENE_ASSOCIATED_WITH_CONDITION: [*_LINK, ("{s} is genetically linked to {o}", "{s} is not genetically linked to {o}"), ("{o} is associated with {s}", "{o} is not associated with {s}")],
    P.CORRELATED_WITH: _plain("correlates with", "correlate with"),
    P.POSITIVELY_CORRELATED_WITH: _plain("correlates positively with", "correlate positively with"),
    P.NEGATIVELY_CORRELATED_WITH: [*_plain("correlates negatively with", "correlate negatively with"), ("{s} is inversely correlated with {o}", "{s} is not inversely correlated with {o}")],
    P.COEXPRESSED_WITH: [*_be("co-expressed with"), ("{s} is coexpressed with {o}", "{s} is not coexpressed with {o}")],
    P.BIOMARKER_FOR: [*_be("a biomarker for"), ("{s} is a marker of {o}", "{s} is not a marker of {o}")],
    P.EXPRESSED_IN: [*_be("expressed in"), ("{s} expression was detected in {o}", "{s} expression was not detected in {o}"), ("{o} expresses {s}", "{o} does not express {s}")],
    P.LOCATED_IN: [*_be("located in"), ("{s} is found in {o}", "{s} is not found in {o}")],
    P.HAS_PHENOTYPE: [("{s} has {o} as a feature", "{s} does not have {o} as a feature"), ("{s} presents with {o}", "{s} does not present with {o}"), ("{o} is a symptom of {s}", "{o} is not a symptom of {s}"), ("{o} occurs in {s}", "{o} does not occur in {s}")],
    P.PARTICIPATES_IN: [*_plain("participates in", "participate in"), ("{s} is involved in {o}", "{s} is not involved in {o}"), ("{s} plays a role in {o}", "{s} does not play a role in {o}")],
    P.ENABLES: _plain("enables", "enable"),
    P.SUBSTRATE_OF: [*_be("a substrate of"), ("{s} is metabolised by {o}", "{s} is not metabolised by {o}"), ("{o} metabolises {s}", "{o} does not metabolise {s}")],
    P.PRODUCES: [*_verb("produce", "produces", "produced", "production"), ("{s} releases {o}", "{s} does not release {o}"), ("{s} secretes {o}", "{s} does not secrete {o}")],
    P.PART_OF: [*_be("part of"), ("{s} belongs to {o}", "{s} does not belong to {o}"), ("{o} contains {s}", "{o} does not contain {s}")],
    P.SUBCLASS_OF: [*_be("a kind of"), ("{s} is a type of {o}", "{s} is not a type of {o}")],
    P.SIMILAR_TO: [*_be("similar to"), ("{s} resembles {o}", "{s} does not resemble {o}")],
    P.HOMOLOGOUS_TO: _be("homologous to"),
    P.VARIANT_OF: _be("a variant of"),
    P.DERIVES_FROM: [*_be("derived from"), ("{s} is a metabolite of {o}", "{s} is not a metabolite of {o}")],
    P.IN_TAXON: _be("found in"),
    P.COEXISTS_WITH: [("{s} coexists with {o}", "{s} does not coexist with {o}"), ("{s} occurs together with {o}", "{s} does not occur together with {o}"), ("{s} co-occurs with {o}", "{s} does not co-occur with {o}")],
}  # fmt: skip
