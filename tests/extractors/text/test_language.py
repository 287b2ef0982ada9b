"""Languages: told by small words, letters and script; names in English are no other language."""

import pytest

from isthmus.extractors.text.language import foreign_parts, language_name, language_of

SENTENCES = {
    "de": "Bei den Patienten der Kontrollgruppe wurde keine Veränderung der Leberwerte beobachtet.",
    "fr": "Chez les patients traités par la lévodopa, aucune amélioration du sommeil n'a été constatée.",
    "es": "No se observaron diferencias entre los grupos después de seis meses.",
    "pt": "Não foram encontradas diferenças entre os dois grupos após um ano.",
    "it": "I topi sono stati nutriti con una dieta ricca di grassi per otto settimane.",
    "nl": "Er werd geen verschil gevonden tussen de twee groepen na zes maanden.",
    "sv": "Behandlingen med levodopa förbättrade rörligheten men inte sömnen hos patienterna.",
    "da": "Der blev ikke fundet nogen forskel mellem grupperne efter seks måneder.",
    "no": "Det ble ikke funnet noen forskjell mellom gruppene etter seks måneder.",
    "fi": "Ryhmien välillä ei havaittu eroa kuuden kuukauden jälkeen.",
    "pl": "Celem pracy był pomiar ciśnienia krwi u starszych kobiet.",
    "cs": "Léčba levodopou zlepšila pohyblivost nemocných, ale ne jejich spánek.",
    "hu": "A levodopa javította a betegek mozgását, de nem hatott az alvásra.",
    "ro": "Nu s-au observat diferențe între cele două grupuri după șase luni.",
    "tr": "Altı ay sonra iki grup arasında fark bulunmadı.",
    "ru": "Через шесть месяцев различий между группами не было.",
    "uk": "Лікування леводопою покращило рухи хворих, але не їхній сон.",
    "el": "Μετά από έξι μήνες δεν υπήρχε διαφορά μεταξύ των ομάδων.",
    "he": "לאחר שישה חודשים לא נמצא הבדל בין הקבוצות.",
    "ar": "لم يظهر فرق بين المجموعتين بعد ستة أشهر.",
    "fa": "پس از شش ماه تفاوتی میان دو گروه دیده نشد.",
    "zh": "本研究的目的是测量老年女性的血压，并检测SNCA基因。",
    "ja": "レボドパは患者の動きを改善したが、睡眠は改善しなかった。",
    "ko": "여섯 달 뒤 두 집단 사이에 차이는 없었다.",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_tells_its_language(code, sentence):
    assert language_of(sentence) == code
    assert language_name(code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lungs clear. Heart size normal. No pleural effusion.",
        "Levodopa, carbidopa, entacapone, rasagiline, selegiline, safinamide, amantadine.",
        "Bacteroides fragilis, Akkermansia muciniphila, Faecalibacterium prausnitzii, Lactobacillus reuteri.",
        "Arteria carotis interna, vena cava inferior, nervus vagus, musculus sternocleidomastoideus.",
        "De novo variants in vitro and in vivo, per os versus ad libitum feeding, et al.",
        "Müller, Öztürk, Łukasiewicz, Dvořák, Gómez-Pérez, da Silva, van den Berg, de la Cruz, El Khoury.",
        "TNF-α, IL-1β, NF-κB, TGF-β1, β-catenin, γ-secretase, α-synuclein.",
        "Guillain-Barré syndrome, Sjögren syndrome, Ménière disease, café-au-lait spots, naïve T cells.",
        "An increase of <i>Blautia</i> and <i>Dorea</i> (<i>p</i> < .05) i.v. and i.p.",
        "EFFECTS OF LEVODOPA ON GAIT IN OLDER ADULTS WITH PARKINSON DISEASE",
    ],
)
def test_english_full_of_names_is_english(text):
    assert language_of(text) == "en"


def test_a_language_that_we_have_no_list_of_is_still_not_english():
    croatian = (
        "Liječenje levodopom poboljšalo je kretanje bolesnika, ali nije utjecalo na njihovo spavanje niti pamćenje."
    )
    assert language_of(croatian) != "en"


def test_paragraphs_are_told_each_by_itself():
    english = "Metformin lowers the glucose of the blood, and it is given to most of the patients with diabetes."
    german = SENTENCES["de"] * 2
    text = f"{english}\n\n{german}\n\n{english}"
    (part,) = foreign_parts(text)
    assert text[part.start : part.end].strip() == german
    assert part.language == "de"


def test_the_parts_of_a_long_line_are_told_each_by_itself():
    text = "The patients were given metformin for their diabetes. " * 1000 + SENTENCES["fr"] * 1000
    parts = foreign_parts(text)
    assert {part.language for part in parts} == {"fr"}
    assert 50_000 <= parts[0].start <= 75_000
    assert parts[-1].end == len(text)
