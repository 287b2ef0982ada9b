"""Names that follow a rule instead of standing in a list: sequence variants, cell lines, new drugs, injuries of an organ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from isthmus.extractors.ungrounded import ungrounded_id
from isthmus.graph.vocabulary import Category


class RuleName(NamedTuple):
    """A span that a rule takes for a name; ``score`` in [0, 1]."""

    start: int
    end: int
    category: Category
    entity: str
    score: float


_THREE = "(?:Ala|Arg|Asn|Asp|Cys|Gln|Glu|Gly|His|Ile|Leu|Lys|Met|Phe|Pro|Ser|Thr|Trp|Tyr|Val|Ter|Sec)"
_ONE = "[ACDEFGHIKLMNPQRSTVWY]"
_DBSNP = re.compile(r"\brs[ ]?(\d{3,11})\b")
# HGVS, https://hgvs-nomenclature.org, and the looser forms that papers use.
_VARIANT = re.compile(
    rf"""(?<![\w.])(?:
      [cgmnr]\.[-*]?\d+(?:[+-]\d+)?(?:_[-*]?\d+(?:[+-]\d+)?)?(?:[ACGTU]+\s?>\s?[ACGTU]+|(?:del|dup|ins|inv)[ACGT\d]*(?:ins[ACGT]+)?)
    | p\.\(?(?:{_THREE}|{_ONE})\d+(?:_(?:{_THREE}|{_ONE})\d+)?(?:{_THREE}|{_ONE}|\*|X|fs\S{{0,8}}|del|dup|=)?\)?
    | IVS\d+\s?[+-]\s?\d+\s?[ACGT]\s?(?:>|->|-->|to)\s?[ACGT]
    | {_THREE}[- ]?\(?\d{{1,4}}\)?(?:[- ]|-->|->|to|\ to\ )?{_THREE}\b
    | [-+]?\d{{2,5}}\s?[ACGT]\s?(?:>|-->|->|/)\s?[ACGT]\b
    | [ACGT][-+]?\d{{2,5}}[ACGT]\b
    | {_ONE}\d{{2,4}}(?:{_ONE}|X|\*|fs\w*)(?![\w-])
    | (?:\d+[-\s])?(?:del|ins|dup)[ACGT]{{1,6}}\b
    | \d+del[ACGT]*\b
    )""",
    re.VERBOSE,
)
# What the looser forms would also take: cell lines, plasmids, vitamins.
_NO_VARIANT = re.compile(r"[HN]\d{2}[A-Z]|T47D|H\d{3}[A-Z]?$|[ACGT]\d{2,3}$|S\d+[PR]?$|L929\w|H1299|A\d+[A-Z]?$")
_CELL_LINES = re.compile(
    r"\b(?:HeLa|HEK[- ]?293T?|MCF-?7|MCF-?10A|MDA-MB-\d{3}|T47D|SH-?SY5Y|SK-N-\w\w|PC-?12|PC-?3|BV-?2|N9|Caco-?2|Hep ?G2|Hep3B|Huh-?7|"
    r"A549|H1299|U-?87(?: ?MG)?|U-?251|T98G|U937|U2OS|Jurkat|CHO(?:-K1)?|COS-?[17]|NIH-?3T3|3T3-L1|K-?562|THP-?1|RAW ?264\.7|HT-?29|HCT-?116|"
    r"SW-?480|SW-?620|DLD-?1|LoVo|N2a|Neuro-?2a|LNCaP|DU-?145|HL-?60|NB4|Vero|MDCK|C2C12|INS-1E?|MIN6|H9c2|HT-?22|PANC-?1|MIA PaCa-?2|"
    r"SKOV-?3|OVCAR-?3|A2780|HUVECs?|BxPC-?3|Saos-?2|MG-?63|IMR-?32|SK-?Hep-?1|L6|HaCaT|B16(?:-F10)?|4T1|NT2|AGS|KG-?1|Raji|Daudi|"
    r"ARPE-?19|HK-?2|NCI-H\d{2,4}[A-Z]?|BEAS-?2B|LLC-PK1|GT1-7|P19|HMC3)\b(?=[^.;]{0,25}\bcells?\b|s?\b[^\w]{1,3}cells?|[^.;]{0,12}cell[- ]lines?)"
)
_ORGAN = (
    "renal|hepatic|cardiac|myocardial|pulmonary|cerebral|neuronal|hippocampal|cortical|vascular|endothelial|gastric|intestinal|"
    "colonic|ovarian|testicular|thyroid|pancreatic|muscular|skeletal muscle|retinal|optic|ocular|corneal|cerebellar|spinal cord|"
    "peripheral nerve|nerve|axonal|glomerular|tubular|liver|kidney|lung|heart|brain|bladder|skin|bone marrow|bone|breast|prostate|"
    "colon|colorectal|lymph node|mucosal|gastrointestinal|cochlear|vestibular|ventricular|arterial|coronary|venous|mitochondrial|"
    "cognitive|memory|motor|sensory|visual|auditory|behavioral|behavioural|neurological|psychiatric|learning|sexual|erectile"
)
_HARM = (
    r"injury|injuries|damage|dysfunctions?|failure|impairments?|lesions?|toxicity|toxicities|disease|diseases|disorders?|"
    r"cancers?|tumou?rs?|carcinomas?|neoplasms?|atrophy|fibrosis|necrosis|inflammation|ischemia|ischaemia|hemorrhage|"
    r"hypertrophy|degeneration|deficits?|disturbances?|abnormalit(?:y|ies)|insufficiency|malformations?|complications?|"
    r"hypertension|thrombosis|stenosis|edema|oedema|infections?|arrhythmias?|pain|anomal(?:y|ies)"
)
_INJURY = re.compile(
    rf"\b(?:(?:acute|chronic) )?(?:{_ORGAN})(?:(?: and | or | and/or |/|-)(?:{_ORGAN}))? (?:{_HARM})\b", re.IGNORECASE
)
_TOXICITY = re.compile(
    r"\btoxicit(?:y|ies)\b|\b(?:nephro|hepato|cardio|neuro|oto|myelo|geno|cyto|immuno|haemato|hemato)toxicit(?:y|ies)\b|"
    r"\b\w{4,}(?:opathy|opathies|itis|aemia|emia|plegia|paresis|algia|uria|penia|blastoma|sarcoma|carcinoma)\b",
    re.IGNORECASE,
)
_INHERITED = re.compile(
    r"\b(?:(?:autosomal|x-linked|rare|common|complex|single|monogenic)[ -])*(?:recessive|dominant|genetic|inherited|hereditary|metabolic|x-linked|"
    r"neurodegenerative|neurological|neuropsychiatric|neurocognitive|neuroinflammatory|psychiatric|mental|autoimmune|neurodevelopmental|mood|inflammatory|cardiovascular|gastrointestinal|"
    r"respiratory|infectious|malignant|chronic)(?: genetic)? (?:disorders?|diseases?|defects?|abnormalit(?:y|ies)|illness(?:es)?|conditions)\b",
    re.IGNORECASE,
)
_NOT_TOXIC = re.compile(r"(?:geno|cyto|immuno)tox|(?:academ|glyc|glycaem|triglycerid)\w*emia$", re.IGNORECASE)
# International non-proprietary name stems, WHO "The use of stems", 2018.
_NEW_DRUG = re.compile(
    r"\b[a-z]{3,}(?:[txlz]umab|[vxclz]imab|ximab|mab|[a-z]tinib|cinib|rafenib|ciclib|lisib|degib|zomib|gliptin|gliflozin|glitazone|"
    r"sartan|oxacin|cycline|cillin|conazole|azepam|barbital|setron|triptan|vudine|ciclovir|navir|buvir|asvir|prazole|vastatin|"
    r"lukast|caine|curium|tidine|terol|olol|dipine)\b",
    re.IGNORECASE,
)
_NEW_GENE = re.compile(
    r"\b(?=\w*[A-Z])(?=\w*\d)[A-Za-z]{2,6}-?\d{1,3}[A-Z]?\d?\b(?=\s+(?:gene|protein|mRNA|promoter|locus|allele)s?\b)"
)


def rule_names(text: str) -> Iterator[RuleName]:
    """Every name that a rule finds, in no order; names may overlap, the caller chooses."""
    for match in _DBSNP.finditer(text):
        yield RuleName(*match.span(), Category.SEQUENCE_VARIANT, f"dbSNP:rs{match.group(1)}", 0.97)
    for match in _VARIANT.finditer(text):
        if not _NO_VARIANT.match(match.group()):
            yield _ungrounded(match, Category.SEQUENCE_VARIANT, 0.85)
    for match in _CELL_LINES.finditer(text):
        yield _ungrounded(match, Category.CELL_LINE, 0.85)
    for match in _INJURY.finditer(text):
        yield _ungrounded(match, Category.DISEASE, 0.6)
    for match in _INHERITED.finditer(text):
        yield _ungrounded(match, Category.DISEASE, 0.5)
    for match in _TOXICITY.finditer(text):
        if not _NOT_TOXIC.match(match.group()):
            yield _ungrounded(match, Category.DISEASE, 0.6)
    for match in _NEW_DRUG.finditer(text):
        yield _ungrounded(match, Category.DRUG, 0.6)
    for match in _NEW_GENE.finditer(text):
        yield _ungrounded(match, Category.GENE, 0.6)


def _ungrounded(match: re.Match[str], category: Category, score: float) -> RuleName:
    return RuleName(*match.span(), category, ungrounded_id(match.group(), category), score)
