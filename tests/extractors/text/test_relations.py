"""Sentences and what they say. Names are those of the text; "not:" is a denied statement, "maybe:" a supposed one."""

import pytest

from isthmus.extractors.text.compact import CompactExtractor
from isthmus.graph.model import Assertion, Document, DocumentKind, Extraction, Modality, Section

PLAIN = (
    ("Levodopa treats Parkinson disease in most patients.", ["Levodopa | treats | Parkinson disease"]),
    ("Rasagiline inhibits MAOB in the human brain.", ["Rasagiline | inhibits | MAOB"]),
    ("Aspirin irreversibly inhibits COX-2 in platelets.", ["Aspirin | inhibits | COX-2"]),
    ("Metformin activates AMPK in mice.", ["Metformin | activates | AMPK"]),
    ("Haloperidol blocks DRD2.", ["Haloperidol | inhibits | DRD2"]),
    ("Thalidomide causes phocomelia.", ["Thalidomide | causes | phocomelia"]),
    ("MPTP induces parkinsonism in mice.", ["MPTP | causes | parkinsonism"]),
    ("Riluzole is used to treat amyotrophic lateral sclerosis.", ["Riluzole | treats | amyotrophic lateral sclerosis"]),
    ("Donepezil improves dementia.", ["Donepezil | ameliorates | dementia"]),
    ("Curcumin alleviated colitis in rats.", ["Curcumin | ameliorates | colitis"]),
    ("Vitamin D prevents rickets.", ["Vitamin D | prevents | rickets"]),
    ("IL-6 interacts with gp130.", ["IL-6 | interacts_with | gp130"]),
    ("PINK1 interacts with parkin in neurons.", ["PINK1 | interacts_with | parkin"]),
    ("Ketamine binds to GRIN2B.", ["Ketamine | binds | GRIN2B"]),
    ("Dexamethasone increased IL-10 levels in serum.", ["Dexamethasone | increases | IL-10"]),
    (
        "Minocycline decreased TNF-alpha expression in microglia.",
        ["Minocycline | decreases_expression_of | TNF-alpha", "TNF-alpha | expressed_in | microglia"],
    ),
    (
        "Butyrate upregulated BDNF expression in the hippocampus.",
        ["Butyrate | increases_expression_of | BDNF", "BDNF | expressed_in | hippocampus"],
    ),
    ("Lithium downregulates GSK3B.", ["Lithium | decreases | GSK3B"]),
    ("APOE is expressed in astrocytes.", ["APOE | expressed_in | astrocytes"]),
    ("BDNF is highly expressed in the hippocampus.", ["BDNF | expressed_in | hippocampus"]),
    ("Obesity is associated with type 2 diabetes.", ["Obesity | associated_with | type 2 diabetes"]),
    ("LRRK2 is associated with Parkinson disease.", ["LRRK2 | gene_associated_with_condition | Parkinson disease"]),
    (
        "Mutations in SOD1 cause amyotrophic lateral sclerosis.",
        ["SOD1 | gene_associated_with_condition | amyotrophic lateral sclerosis"],
    ),
    ("IL-6 levels correlated positively with depression.", ["IL-6 | positively_correlated_with | depression"]),
    ("Serum BDNF was negatively correlated with anxiety.", ["BDNF | negatively_correlated_with | anxiety"]),
    ("CRP correlated with obesity.", ["CRP | correlated_with | obesity"]),
    ("Nicotine contributes to hypertension.", ["Nicotine | contributes_to | hypertension"]),
)
PASSIVE = (
    ("MAOB is inhibited by selegiline.", ["selegiline | inhibits | MAOB"]),
    ("AMPK was activated by metformin in hepatocytes.", ["metformin | activates | AMPK"]),
    ("Hepatotoxicity was caused by acetaminophen.", ["acetaminophen | causes | Hepatotoxicity"]),
    ("Epilepsy is treated with valproic acid.", ["valproic acid | treats | Epilepsy"]),
    ("Seizures were induced by pilocarpine in rats.", ["pilocarpine | causes | Seizures"]),
    ("IL-1beta secretion was suppressed by dexamethasone.", ["dexamethasone | decreases | IL-1beta"]),
    ("BDNF expression was upregulated by fluoxetine.", ["fluoxetine | increases_expression_of | BDNF"]),
)
NOUNS = (
    ("Inhibition of MAOB by selegiline was complete.", ["selegiline | inhibits | MAOB"]),
    ("The activation of AMPK by metformin was dose-dependent.", ["metformin | activates | AMPK"]),
    ("Treatment of epilepsy with valproic acid is common.", ["valproic acid | treats | epilepsy"]),
    (
        "We observed an inhibition of acetylcholinesterase by donepezil.",
        ["donepezil | inhibits | acetylcholinesterase"],
    ),
    ("Selegiline is an inhibitor of MAOB.", ["Selegiline | inhibits | MAOB"]),
    ("Haloperidol, a DRD2 antagonist, was given.", ["Haloperidol | inhibits | DRD2"]),
    ("The DRD2 antagonist haloperidol was given.", ["haloperidol | inhibits | DRD2"]),
    ("Bromocriptine is a DRD2 agonist.", ["Bromocriptine | activates | DRD2"]),
    ("There was a strong association between obesity and depression.", ["obesity | associated_with | depression"]),
    ("LPS-induced inflammation was seen in mice.", ["LPS | causes | inflammation"]),
    (
        "A positive correlation between IL-6 and depression was found.",
        ["IL-6 | positively_correlated_with | depression"],
    ),
    ("The binding of ketamine to GRIN2B was strong.", ["ketamine | binds | GRIN2B"]),
)
SEVERAL = (
    (
        "Donepezil and rivastigmine inhibit acetylcholinesterase.",
        ["Donepezil | inhibits | acetylcholinesterase", "rivastigmine | inhibits | acetylcholinesterase"],
    ),
    (
        "Dexamethasone inhibits IL-6 and TNF-alpha.",
        ["Dexamethasone | inhibits | IL-6", "Dexamethasone | inhibits | TNF-alpha"],
    ),
    ("Selegiline inhibits MAOB but not MAOA.", ["Selegiline | inhibits | MAOB", "not: Selegiline | inhibits | MAOA"]),
    (
        "Haloperidol, clozapine and risperidone treat schizophrenia.",
        [
            "Haloperidol | treats | schizophrenia",
            "clozapine | treats | schizophrenia",
            "risperidone | treats | schizophrenia",
        ],
    ),
    ("Metformin activates AMPK and inhibits mTOR.", ["Metformin | activates | AMPK", "Metformin | inhibits | mTOR"]),
    (
        "Fluoxetine, but not haloperidol, increased BDNF expression.",
        ["Fluoxetine | increases_expression_of | BDNF", "not: haloperidol | increases_expression_of | BDNF"],
    ),
)
OTHER = (
    ("Another DRD2 antagonist, haloperidol, did not help.", ["haloperidol | inhibits | DRD2"]),
    ("The MAOB inhibitor rasagiline may not help.", ["rasagiline | inhibits | MAOB"]),
    ("It goes without saying that obesity causes diabetes.", ["obesity | causes | diabetes"]),
    ("The selective MAOB inhibitor rasagiline was well tolerated.", ["rasagiline | inhibits | MAOB"]),
    ("Apomorphine, which activates DRD2, was given.", ["Apomorphine | activates | DRD2"]),
    ("Metformin, by activating AMPK, inhibits mTOR.", ["Metformin | activates | AMPK", "Metformin | inhibits | mTOR"]),
    ("Curcumin was shown to inhibit GSK3B in neurons.", ["Curcumin | inhibits | GSK3B"]),
    ("Treatment with dexamethasone reduced IL-6 levels.", ["dexamethasone | decreases | IL-6"]),
    ("Administration of butyrate ameliorated colitis in mice.", ["butyrate | ameliorates | colitis"]),
    ("Knockdown of TLR4 reduced TNF-alpha expression.", ["TLR4 | increases_expression_of | TNF-alpha"]),
    ("Deletion of NLRP3 attenuated neuroinflammation.", ["NLRP3 | associated_with | neuroinflammation"]),
    ("Patients with depression had higher levels of IL-6.", ["depression | positively_correlated_with | IL-6"]),
    (
        "Prevotella was less abundant in patients with Parkinson disease.",
        ["Prevotella | negatively_correlated_with | Parkinson disease"],
    ),
    ("BDNF levels were lower in patients with schizophrenia.", ["BDNF | negatively_correlated_with | schizophrenia"]),
    ("The APOE gene is a risk factor for Alzheimer disease.", ["APOE | predisposes_to | Alzheimer disease"]),
    ("Anxiety is a symptom of Parkinson disease.", ["Parkinson disease | has_phenotype | Anxiety"]),
    ("TNF-alpha expression was increased by LPS.", ["LPS | increases_expression_of | TNF-alpha"]),
    (
        "LPS-induced TNF-alpha expression was blocked by minocycline.",
        ["LPS | increases_expression_of | TNF-alpha", "minocycline | decreases_expression_of | TNF-alpha"],
    ),
    ("Neuroinflammation leads to neurodegeneration.", ["Neuroinflammation | causes | neurodegeneration"]),
    (
        "Administration of probiotics improved depression in rats.",
        ["probiotics | ameliorates | depression"],
    ),
    ("Rotenone inhibits mitochondrial complex I.", ["Rotenone | inhibits | complex I"]),
    ("Inflammation results in insulin resistance.", ["Inflammation | causes | insulin resistance"]),
    ("Hepatotoxicity resulted from acetaminophen.", ["acetaminophen | causes | Hepatotoxicity"]),
    ("CYP3A4 metabolizes midazolam.", ["midazolam | substrate_of | CYP3A4"]),
    ("Midazolam is a substrate of CYP3A4.", ["Midazolam | substrate_of | CYP3A4"]),
    ("Faecalibacterium prausnitzii produces butyrate.", ["Faecalibacterium prausnitzii | produces | butyrate"]),
    ("BDNF promotes neurogenesis in the hippocampus.", ["BDNF | increases | neurogenesis"]),
    ("IL-1beta inhibits neurogenesis.", ["IL-1beta | inhibits | neurogenesis"]),
    ("TLR4 is involved in neuroinflammation.", ["TLR4 | associated_with | neuroinflammation"]),
    ("mTOR regulates autophagy.", ["mTOR | regulates | autophagy"]),
    ("Alpha-synuclein is located in Lewy bodies.", ["Alpha-synuclein | located_in | Lewy bodies"]),
    ("Although metformin activates AMPK, it may not treat depression.", ["metformin | activates | AMPK"]),
    ("IL-6 was significantly and negatively correlated with BDNF.", ["IL-6 | negatively_correlated_with | BDNF"]),
    ("Downregulation of BDNF by corticosterone was observed.", ["corticosterone | decreases | BDNF"]),
    ("Upregulation of NLRP3 by LPS was prevented.", ["LPS | increases | NLRP3"]),
    (
        "Butyrate-producing bacteria were depleted in depression.",
        ["Butyrate-producing bacteria | negatively_correlated_with | depression"],
    ),
    ("IL-6-mediated activation of STAT3 was strong.", ["IL-6 | activates | STAT3"]),
    ("Overexpression of SNCA causes neurodegeneration.", ["SNCA | causes | neurodegeneration"]),
    ("Loss of dopaminergic neurons causes bradykinesia.", ["dopaminergic neurons | associated_with | bradykinesia"]),
    ("Levodopa remains the most effective treatment for Parkinson disease.", ["Levodopa | treats | Parkinson disease"]),
    ("Memantine is approved for the treatment of Alzheimer disease.", ["Memantine | treats | Alzheimer disease"]),
    ("Patients with epilepsy were treated with levetiracetam.", ["levetiracetam | treats | epilepsy"]),
    (
        "IL-6 and TNF-alpha were increased in mice with colitis.",
        ["IL-6 | positively_correlated_with | colitis", "TNF-alpha | positively_correlated_with | colitis"],
    ),
    (
        "Haloperidol-induced catalepsy was reversed by caffeine.",
        ["Haloperidol | causes | catalepsy", "caffeine | ameliorates | catalepsy"],
    ),
    (
        "Selegiline and rasagiline are MAOB inhibitors.",
        ["Selegiline | inhibits | MAOB", "rasagiline | inhibits | MAOB"],
    ),
    (
        "As a DRD2 antagonist, haloperidol treats schizophrenia.",
        ["haloperidol | inhibits | DRD2", "haloperidol | treats | schizophrenia"],
    ),
    ("Rasagiline is a drug that inhibits MAOB.", ["Rasagiline | inhibits | MAOB"]),
    ("Rasagiline, a drug that inhibits MAOB, was given.", ["Rasagiline | inhibits | MAOB"]),
    (
        "Parkinson disease is a common disorder characterized by bradykinesia.",
        ["Parkinson disease | has_phenotype | bradykinesia"],
    ),
    ("Haloperidol produced catalepsy in rats.", ["Haloperidol | causes | catalepsy"]),
    ("The use of melatonin for insomnia is widespread.", ["melatonin | treats | insomnia"]),
)
DENIED = (
    ("Aspirin did not inhibit MAOB.", ["not: Aspirin | inhibits | MAOB"]),
    ("Memantine does not treat schizophrenia.", ["not: Memantine | treats | schizophrenia"]),
    ("There is no evidence that aspirin inhibits MAOB.", ["not: aspirin | inhibits | MAOB"]),
    ("Minocycline failed to improve depression.", ["not: Minocycline | ameliorates | depression"]),
    ("Metformin had no effect on IL-6 expression.", ["not: Metformin | affects | IL-6"]),
    ("Obesity was not associated with epilepsy.", ["not: Obesity | associated_with | epilepsy"]),
    ("No association between obesity and epilepsy was found.", ["not: obesity | associated_with | epilepsy"]),
    ("APOE is not expressed in neurons.", ["not: APOE | expressed_in | neurons"]),
    (
        "Neither aspirin nor ibuprofen inhibited MAOB.",
        ["not: aspirin | inhibits | MAOB", "not: ibuprofen | inhibits | MAOB"],
    ),
    (
        "Ibuprofen reduced fever without inhibiting MAOB.",
        ["Ibuprofen | ameliorates | fever", "not: Ibuprofen | inhibits | MAOB"],
    ),
    (
        "We found a lack of association between IL-6 and depression.",
        ["not: IL-6 | gene_associated_with_condition | depression"],
    ),
    ("Ketamine never caused hepatotoxicity.", ["not: Ketamine | causes | hepatotoxicity"]),
    ("Aspirin was unable to inhibit MAOB.", ["not: Aspirin | inhibits | MAOB"]),
    ("PINK1 did not interact with APOE.", ["not: PINK1 | interacts_with | APOE"]),
    (
        "Neither IL-6 nor CRP correlated with anxiety.",
        ["not: IL-6 | correlated_with | anxiety", "not: CRP | correlated_with | anxiety"],
    ),
    (
        "Clozapine did not reduce anxiety but improved schizophrenia.",
        ["not: Clozapine | ameliorates | anxiety", "Clozapine | ameliorates | schizophrenia"],
    ),
    (
        "Aspirin inhibits COX-2, whereas clozapine does not inhibit COX-2.",
        ["Aspirin | inhibits | COX-2", "not: clozapine | inhibits | COX-2"],
    ),
    ("The absence of APOE expression in neurons was confirmed.", ["not: APOE | expressed_in | neurons"]),
    ("There was no significant correlation between CRP and anxiety.", ["not: CRP | correlated_with | anxiety"]),
    ("Obesity is unrelated to epilepsy.", ["not: Obesity | associated_with | epilepsy"]),
    ("No effect of memantine on anxiety was seen.", ["not: memantine | affects | anxiety"]),
)
SUPPOSED = (
    ("Metformin may inhibit mTOR.", ["maybe: Metformin | inhibits | mTOR"]),
    ("Ketamine might treat depression.", ["maybe: Ketamine | treats | depression"]),
    ("We hypothesise that curcumin inhibits GSK3B.", ["maybe: curcumin | inhibits | GSK3B"]),
    ("We hypothesized that butyrate activates AMPK.", ["maybe: butyrate | activates | AMPK"]),
    ("These data suggest that IL-6 causes depression.", ["maybe: IL-6 | causes | depression"]),
    ("Whether metformin treats Alzheimer disease remains unclear.", ["maybe: metformin | treats | Alzheimer disease"]),
    ("It remains unclear whether LRRK2 interacts with parkin.", ["maybe: LRRK2 | interacts_with | parkin"]),
    ("We investigated whether fluoxetine activates AMPK.", ["maybe: fluoxetine | activates | AMPK"]),
    ("Curcumin possibly inhibits GSK3B.", ["maybe: Curcumin | inhibits | GSK3B"]),
    ("The role of IL-6 in depression remains unclear.", ["maybe: IL-6 | associated_with | depression"]),
    ("Lithium appears to inhibit GSK3B.", ["maybe: Lithium | inhibits | GSK3B"]),
    ("Curcumin is thought to inhibit GSK3B.", ["maybe: Curcumin | inhibits | GSK3B"]),
    ("Statins could prevent dementia.", ["maybe: Statins | prevents | dementia"]),
    ("Aspirin may not inhibit MAOB.", ["maybe not: Aspirin | inhibits | MAOB"]),
    ("It is not known whether ketamine causes hepatotoxicity.", ["maybe: ketamine | causes | hepatotoxicity"]),
    ("If metformin inhibits mTOR, lifespan may increase.", ["maybe: metformin | inhibits | mTOR"]),
    ("Our hypothesis was that metformin inhibits mTOR.", ["maybe: metformin | inhibits | mTOR"]),
    ("Minocycline is a potential treatment for schizophrenia.", ["maybe: Minocycline | treats | schizophrenia"]),
    ("The aim of this study was to determine whether butyrate increases BDNF.", ["maybe: butyrate | increases | BDNF"]),
    ("Ketamine is likely to improve depression.", ["maybe: Ketamine | ameliorates | depression"]),
    ("It has been proposed that LRRK2 interacts with SNCA.", ["maybe: LRRK2 | interacts_with | SNCA"]),
)
SILENT = (
    "Stress exacerbates migraine.",
    "Rotenone damages neurons.",
    "Smoking contributes to lung cancer.",
    "Patients with Parkinson disease were recruited.",
    "We measured IL-6 and TNF-alpha by ELISA.",
    "Aspirin and ibuprofen were purchased from a local supplier.",
    "Mice were fed a diet that contained curcumin.",
    "Dopamine and serotonin are neurotransmitters.",
    "Depression and anxiety were scored at baseline.",
    "Aspirin was given to the control group, and MAOB was measured.",
    "The hippocampus and the amygdala were dissected.",
    "Patients took levodopa, and seizures were recorded at each visit.",
    "Blood was drawn for measurement of CRP, IL-6 and cortisol.",
    "MAOB, COX-2 and AMPK are enzymes.",
    "Alzheimer disease, Parkinson disease and epilepsy were exclusion criteria.",
    "Neurons were stained for BDNF.",
    "After treatment with metformin, mice were killed and the liver was removed.",
    "Haloperidol was dissolved in ethanol.",
    "This review covers APOE and Alzheimer disease.",
    "Inhibition of MAOB was measured.",
    "Patients with schizophrenia who took clozapine were excluded.",
    "NfL is a biomarker of amyotrophic lateral sclerosis.",
    "Constipation is common in Parkinson disease.",
    "Stroke patients received aspirin.",
    "Vancomycin lacks activity against epilepsy.",
)

SAYING = (*PLAIN, *PASSIVE, *NOUNS, *SEVERAL, *OTHER, *DENIED, *SUPPOSED)


def read(extractor: CompactExtractor, sentence: str) -> Extraction:
    sections = (Section("", sentence),)
    return extractor.extract(Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, "", sections))


def said(extraction: Extraction) -> set[str]:
    """Each piece of evidence in the words of the table; a symmetric one with its names in the order of the text."""
    text, statements = extraction.document.text, {each.id: each for each in extraction.statements}
    rows = set()
    for piece in extraction.evidence:
        statement = statements[piece.statement]
        spans = [piece.subject_span, piece.object_span]
        if statement.predicate.symmetric:
            spans.sort()
        first, second = (text[slice(*span)] for span in spans)
        flags = "maybe " * (piece.assertion is Assertion.SPECULATED) + "not" * statement.negated
        flags = f"{flags.strip()}: " if flags else ""
        rows.add(f"{flags}{first} | {statement.predicate} | {second}")
    return rows


@pytest.mark.parametrize(("sentence", "expected"), SAYING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_sentence_says_this_and_no_more(extractor, sentence, expected):
    assert said(read(extractor, sentence)) == set(expected)


@pytest.mark.parametrize("sentence", SILENT)
def test_a_sentence_that_states_nothing_gives_nothing(extractor, sentence):
    assert said(read(extractor, sentence)) == set()


def test_the_same_words_in_a_title_say_the_same(extractor):
    title = "Metformin Activates AMPK and Inhibits mTOR in Patients With Epilepsy"
    extraction = extractor.extract(Document("pmid:1", DocumentKind.ARTICLE, Modality.LITERATURE, title))
    assert said(extraction) == {"Metformin | activates | AMPK", "Metformin | inhibits | mTOR"}


def test_markup_left_in_a_record_is_no_word_of_the_sentence(extractor):
    sentence = "<i>Faecalibacterium prausnitzii</i> produces <b>butyrate</b>."
    assert said(read(extractor, sentence)) == {"Faecalibacterium prausnitzii | produces | butyrate"}


@pytest.mark.parametrize(
    ("surely", "less_surely"),
    [
        ("Aspirin inhibits COX-2.", "Aspirin may inhibit COX-2."),
        ("Aspirin inhibits COX-2.", "Aspirin inhibits the release of COX-2."),
    ],
)
def test_a_doubt_or_a_step_between_lowers_the_score(extractor, surely, less_surely):
    high, low = (read(extractor, sentence).evidence[0].score for sentence in (surely, less_surely))
    assert 0.0 < low < high <= 1.0
