r"""What personal data looks like in a clinical text: the patterns and word lists behind ``deidentify``, as data.

``RULES`` find what has a form of its own (dates, numbers, addresses). ``ANNOUNCED`` find what only its company tells to
be a name: a title before it, a label, a signature, a degree after it. The word lists say what is no name there.
Every quantifier that can run over text is bounded, so that no text makes a pattern slow.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# every capital letter of the Latin, Greek and Cyrillic alphabets: names are not only English
_UPPER = "".join(letter for letter in map(chr, range(0x41, 0x530)) if letter.isupper())
PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|la|le|el|al|bin|ibn|ter|ten|zu)"
# One word of a name: initials, or a capitalised word with apostrophes and hyphens inside.
_WORD = rf"(?:[{_UPPER}]\.(?:-?[{_UPPER}]\.){{0,3}}|[{_UPPER}][\w'’-]{{0,40}})"
_FAMILY = rf"(?:{PARTICLE}[ \t]+){{0,2}}{_WORD}"
_PERSON = rf"{_FAMILY}(?:[ \t]+{_FAMILY}){{0,3}}"
_TWO_WORDS = rf"{_FAMILY}(?:[ \t]+{_FAMILY}){{1,3}}"
# "Bell, Ada Mary": only one comma, and only after a family name that stands by itself or has two parts
_FAMILY_FIRST = rf"{_FAMILY}(?:[ \t]+{_FAMILY})?,[ \t]*{_WORD}(?:[ \t]+{_WORD}){{0,2}}"
_EITHER_ORDER = rf"(?:{_FAMILY_FIRST}|{_PERSON})"
_LOWER_PERSON = r"[^\W\d_][\w'’-]{1,40}(?:,?[ \t]+[^\W\d_][\w'’.-]{0,40}){0,2}"

_ROLE = r"""(?:
    (?:(?:referring|requesting|ordering|attending|consulting|primary(?:[ ]care)?|admitting|reporting|interpreting|reading
        |family|assistant)[ \t]+)?
    (?:physician|doctor|provider|clinician|radiologist|neuroradiologist|surgeon|consultant|resident|fellow|technologist
        |technician|sonographer|practitioner|gp|pcp)(?:\(s\)|s)?
    |(?:patient(?:['’]s)?|pt|last|first|middle|family|given|full|maiden)[ \t]+name|name[ \t]of[ \t]patient|patient|pt
    |surname|guardian|next[ \t]of[ \t]kin|(?:emergency|contact)[ \t](?:contact|person)|referrer|requester|attending
    |cop(?:y|ies)[ \t]to|referred[ \t]by|re
    |(?<!exam[ ])(?<!study[ ])(?<!file[ ])(?<!test[ ])(?<!drug[ ])(?<!series[ ])(?<!device[ ])(?<!protocol[ ])name
)"""
# Labels that as often stand before something else ("CC: headache", "Mother: stroke"): two words, none of medicine.
_WEAK_ROLE = r"(?:mother|father|spouse|husband|wife|author|reporter|cc)"
_SIGNED = r"""(?:
    signed|dictated|transcribed|read|reported|interpreted|reviewed|approved|verified|authenticated|authori[sz]ed
    |finali[sz]ed|performed|requested|referred|ordered|prepared|typed|checked|countersigned
)(?:[ \t]+(?:electronically|digitally))?"""
_TOLD = r"""(?:discussed[ ]with|communicated[ ](?:to|with)|conveyed[ ]to|relayed[ ]to|spoke[ ]with|spoken[ ]with|reported[ ]to
    |courtesy[ ]of|thank[ ]you[ ]for[ ]referring|name[ ]is|named|dear)"""
_DEGREE = r"(?:M\.?D|D\.?O|Ph\.?D|R\.?N|N\.?P|PA-C|MBBS|MBChB|FRCR|FACR|RT\(R\))"
_KIN = r"(?:wife|husband|spouse|partner|mother|father|daughter|son|sister|brother|aunt|uncle|niece|nephew|cousin)"
# After "MR." in capitals stands a name less often than a sentence that follows a magnetic resonance study.
_BEFORE_MISTER = r"(?:^[ \t]*|[:,(][ \t]*|\b(?:FOR|BY|WITH|PATIENT|AND|THAT|SEEN)[ \t]+)"


class Announced(NamedTuple):
    """``pattern`` has one group, the name. A name that is not ``sure`` must hold no word of medicine."""

    pattern: re.Pattern[str]
    sure: bool


def _announced(pattern: str, *, sure: bool) -> Announced:
    return Announced(re.compile(pattern, re.VERBOSE | re.MULTILINE), sure)


# Case counts inside the name, not in the words around it.
ANNOUNCED = (
    _announced(
        rf"""\b(?:Drs?|Mr|Mrs|Ms|Mx|Miss|Prof|Professor|Doctor|Nurse|Herr|Frau|Mme|Madame|Monsieur)\b\.?
            [ \t]*\n?[ \t]*({_PERSON})""",
        sure=True,
    ),
    _announced(rf"\bDrs\.?[ \t]+{_PERSON}[ \t]*(?:,|and|&)+[ \t]*(?:and[ \t]+)?({_PERSON})", sure=True),
    _announced(rf"\b(?:DR|MRS|PROF)\.[ \t]*({_PERSON})", sure=True),
    _announced(rf"\bDR[ \t]+({_PERSON})", sure=False),
    _announced(r"\b(?:dr|mr|mrs)\.[ \t]+([a-zà-ÿ][\w'’-]{2,40})", sure=False),
    _announced(rf"{_BEFORE_MISTER}MR\.[ \t]+({_PERSON})", sure=False),
    _announced(rf"\b(?i:{_ROLE})[*]*[ \t]*[:=][*]*[ \t]*\n?[ \t]*({_EITHER_ORDER})", sure=False),
    _announced(rf"\b(?i:{_WEAK_ROLE})[*]*[ \t]*[:=][*]*[ \t]*({_FAMILY_FIRST}|{_TWO_WORDS})", sure=False),
    _announced(
        rf"""^[ \t]*(?i:patient(?:['’]s)?(?:[ \t]name)?|name)[*]*[ \t]*[:=][*]*[ \t]*
            ({_LOWER_PERSON})[ \t]*(?=$|[,;|(\t]|[ ]{{2}})""",
        sure=False,
    ),
    # a title in capitals ("Patient With Trauma") goes on with capitals, a sentence with what the person did
    _announced(
        rf"""\b(?:Patient|Pt\.?)[ \t]+({_WORD}[ \t]+{_WORD})
            (?=[ \t]*(?:[,.;(\n]|$|(?:is|was|has|had|who|aged?|present(?:s|ed|ing)|underwent|reports?|reported|complains|denies
            |states|seen|return(?:s|ed)|came|tolerated|MRN|DOB)\b|\d|\[))""",
        sure=False,
    ),
    _announced(rf"\b[Pp]atient,[ \t]+({_TWO_WORDS}),", sure=False),
    _announced(rf"\b(?i:{_SIGNED}[ \t]*(?:by\b[ \t]*:?|:))[ \t]*\n?[ \t]*({_FAMILY_FIRST}|{_TWO_WORDS})", sure=False),
    # one word: not an abbreviation ("reported by PD patients"), and with nothing after it that it could belong to
    _announced(
        rf"\b(?i:{_SIGNED}[ \t]*by\b)[ \t]*:?[ \t]*((?:{PARTICLE}[ \t]+){{0,2}}[{_UPPER}][\w'’-]{{0,40}}[a-zà-ÿ]\b)"
        rf"(?![ \t]*[\w-])",
        sure=False,
    ),
    _announced(rf"\b(?i:{_TOLD})[ \t]+({_TWO_WORDS})", sure=False),
    _announced(rf"\bDear[ \t]+({_PERSON})(?=[ \t]*[,:])", sure=False),
    _announced(rf"\b{_KIN},?[ \t]+({_PERSON})", sure=False),
    _announced(rf"\b({_EITHER_ORDER}),[ \t]*{_DEGREE}\b", sure=False),
    _announced(rf"\b({_TWO_WORDS})[ \t]+(?:MD|M\.D\.)(?!\w)", sure=False),
)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Before a name, and part of none: the name begins after them.
BEFORE_A_NAME = _listed(
    """associate attending chief consultant consulting doctor dr drs fellow head madame miss mme mr mrs ms neuroradiologist
    neurologist neurosurgeon nurse physician practitioner prof professor radiologist resident senior surgeon technologist
    the"""
)

# Words that follow a label or a title without being a name; a name ends before them.
NO_NAME = _listed(
    """a about above accession account acute additional address admission adult age aged all also am an and anterior any
    are as at author be been before below birth board both brain but by care center centre cerebral chest child chronic
    clinic clinical coauthor compared comparison complains conclusion consent consultant contrast coronary could ct
    data date day days dob department digital discharge do doctor dr eeg electronically email emergency enhanced est exam
    examination examined exams family fax female findings first follow following for from gender gentleman girl group
    has have he head health her his history hospital hx i icu id ii iii images imaging impression in inc indication
    infant inpatient information is it its jr known lady last left lumbar male man manual md medical medicine midline
    middle mild ward mr mra mri mrn mrs ms multiple n/a na name named neurology neurosurgery new nil no none normal not
    note notified number obtained of office old on oncology or order orthopedics our out outpatient page pain patient
    patients pediatrics per pet phd phone physician please positioned possible posterior presented presenting presents
    previous prior procedure prof professor pt questionnaire radiologist radiology read reason referred referring
    regarding reported report reports resident results right routine satisfaction see seen self service severe sex she
    signed since spect spine sr stable status study surgeon surgery team technique tel the their there they this time to
    today tolerated unable unchanged under underwent unit unknown ultrasound university us using via was we were when
    who will with within without woman xr x-ray xray year years
    monday tuesday wednesday thursday friday saturday sunday jan feb mar apr may jun jul aug sep sept oct nov dec
    january february march april june july august september october november december pm"""
)

# Words of medicine that reports write with a capital, at the start of a sentence or after a label: "Reviewed: axial …".
MEDICAL = _listed(
    """abdomen abdominal abscess acoustic adenoma amyloid anemia aneurysm angiogram angiography ankle aorta aortic apex
    aphasia arterial arteries artery arthritis asthma ataxia atrial atrophy attack axial back basal bilateral biopsy bladder
    bleed blood bone bowel breast bronchial calcification cancer carcinoma cardiac carotid caudate cavernous cerebellar
    cervical chemotherapy cholesterol chorea cirrhosis cognitive colon colonoscopy coma confusion congenital copd coronal
    cortical cough cranial cystic death deep deficits delayed dementia depression diabetes diffuse diffusion disc disease
    disorder dizziness doppler dural dysphagia dyspnea dystonia echocardiogram edema effusion elbow electrolytes embolism
    emphysema encephalitis endoscopy epilepsy esophagus extremity eye facial failure fall falls fatigue femoral femur fever
    fibrosis flair focal foot fracture frontal gadolinium gait gastric genetic glioblastoma glioma hand headache heart
    hematoma hemorrhage hepatic hernia hip hippocampal hydrocephalus hyperlipidemia hypertension hypotension incontinence
    infarct infection inferior injury insomnia intracranial ischemia ischemic joint kidney knee large laryngeal
    lateral lesion lesions leukemia liver lobe loss low lung lymphoma malignancy mammogram mass maxillary medial melanoma
    memory meningioma meningitis metastases metastasis metastatic migraine minimum motor myelopathy nasal nausea neck
    neurological neuropathy nodule numbness obesity occipital orbital osteoporosis oxygen palsy pancreas pap paranasal
    parietal parkinsonism pelvic pelvis peripheral pituitary plain pleural pneumonia pontine post prostate psychosis
    pulmonary radiograph radiographs rectal rectum renal respiratory retinal sacral sagittal sarcoma schizophrenia sciatica
    screening sections seizure seizures sepsis shortness shoulder sickle sinus skull sleep small sore spinal spleen
    standard stenosis stroke subarachnoid subdural sudden superior syncope syndrome temporal test testis thoracic throat
    thrombosis thyroid tibia transient trauma tremor tuberculosis tumor tumour upper urinary urine uterus vaginal valve
    vascular venous ventricular vertebral vertigo views vision visual vomiting weakness weight wrist
    african american asian british chinese european hispanic japanese"""
) | {"infarction"}  # codespell:ignore infarction

# Surnames that are words of a report too: such a word is replaced where a title or a whole name makes it one, only there.
ORDINARY = _listed(
    """ash ball banks barr bean berry bird black blue bone bones bright brown bush butler carpenter case chambers church
    cook cord cross cruz curl day dean dull field fields fisher foot ford forest fox free frost grace grant gray green grey
    hand hands hardy heath hill holder hope king lake lamb land lane law long love marsh may mean moon moss noble
    north page parks pike pole pool poor post price quick rich rose sharp short silver slice small snow south stark steel
    stone strong summers sweet swift temple thin wall walls ward waters weeks well wells west white wise wood young"""
)

# Names that medicine took over: before one of the words below, or joined to another of them, they name no patient.
EPONYMS = _listed(
    """achilles addison aicardi alexander alport alzheimer angelman arnold asperger babinski baker balo bankart barre
    barrett basedow batten becker behcet behçet bell bennett berger bielschowsky binswanger bochdalek bosniak bowman broca
    brodmann brown budd buerger burkitt caffey calot canavan caroli chagas charcot chediak chiari churg cockayne colles
    cooper cowden creutzfeldt crohn cushing dandy danlos dawson down dravet dressler duchenne dupuytren eagle ebstein
    edinger edwards ehlers eisenmenger erb evans ewing fabry fahr fallot fanconi fazekas fisher foix fontan foster friedreich
    gamna gandy garcin gastaut gaucher gerhardt gerstmann gilbert glasgow gleason goodpasture gorham gradenigo graves guillain
    hallervorden hamman hampton hashimoto henle hess heschl heubner hill hippel hirano hirayama hirschsprung hodgkin holmes
    horner hounsfield hunt hunter huntington hurler jakob jefferson jones joubert kallmann kaposi kawasaki kearns kennedy
    kerley kienbock kleine klinefelter klippel korsakoff kennard krabbe kugelberg labbe lafora lambert landau langerhans leber
    legg leigh lennox  leriche levin lewy lhermitte libman lindau lisfranc little loeffler ludwig luschka lynch machado
    magendie marfan marie martin mayer mccune meckel meige meniere ménière menkes merkel merlin meyer miller moebius mollaret
    monro monteggia morgagni morton morvan munro niemann noonan ollier osgood paget pancoast parinaud parkinson pelizaeus
    percheron perthes peutz peyronie phalen pick pierre poland pompe pott prader purkinje ramsay rankin rasmussen rathke
    raynaud recklinghausen refsum reiter rett reye richter riedel robin rolando rosai rosenthal roth sachs sandhoff scarpa
    scheltens schilder schmorl schwann segawa sheehan shy silver sjogren sjögren smith sneddon spatz spetzler steele still
    strümpell sturge swan sylvius syme takayasu tay tietze tolosa tooth tourette trolard turner unverricht usher valsalva
    vater virchow wallenberg waldenstrom waldeyer walker warthin waterhouse weber wegener weil wermer wernicke west westphal
    whipple white williams willis wilms wilson wolff wolman zellweger zenker zollinger"""
)
MEDICAL_USE = re.compile(
    r"""(?:['’]s?|s['’]?)?(?:[ \t-][^\W\d_][\w'’-]{0,30})?[ \t-]+
    (?:disease|syndrome|dementia|palsy|chorea|body|bodies|space|spaces|area|aphasia|encephalopathy|psychosis|sign|signs|triad
    |tetrad|node|nodes|cell|cells|fiber|fibre|fibers|malformation|anomaly|variant|ataxia|atrophy|deformity|fracture|lesion
    |hernia|cyst|foramen|foramina|duct|canal|gyrus|fissure|sulcus|fascicle|vein|artery|tubercle|aneurysm|lymphoma|sarcoma
    |tumor|tumour|carcinoma|thyroiditis|arteritis|phenomenon|ring|ulcer|lines|line|unit|units|score|scale|grade|index
    |classification|criteria|stage|tract|nucleus|pouch|cleft|diverticulum|apparatus|membrane|ligament|sclerosis|myopathy
    |dystrophy|neuropathy|paralysis|encephalitis|epilepsy|spasm|hemiplegia|migraine|tremor|rigidity|reflex|maneuver
    |manoeuvre|contracture|gland|loop|capsule|hydrocele|catheter|drain|degeneration|atrophies|plus|type
    |hand|neuroma|angle|band|point|procedure|operation|shunt|maneuvre|neuralgia)\b""",
    re.VERBOSE | re.IGNORECASE,
)


class Rule(NamedTuple):
    """What a pattern finds becomes ``replacement``; a group called ``keep`` stays before it, one called ``year`` after."""

    kind: str
    pattern: re.Pattern[str]
    replacement: str


def _rule(kind: str, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> Rule:
    replacement = "[AGE over 89]" if kind == "age" else f"[{kind.upper()}]"
    return Rule(kind, re.compile(pattern, re.VERBOSE | re.MULTILINE | flags), replacement)


_EXACT = re.RegexFlag(0)
_MONTH = r"""(?-i:(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?
    |Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?
    |AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?))\b\.?"""
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MM, _DD = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
_NTH = r"(?:st|nd|rd|th)?"
_NUMBERS = (
    rf"(?:{_DD}[ ]?[-/.][ ]?{_DD}[ ]?[-/.][ ]?(?:[0-9]{{4}}|[0-9]{{2}})|[0-9]{{4}}[-/.]{_DD}[-/.]{_DD}|[0-9]{{8}})"
)
_WORDS = rf"(?:{_MONTH}[ -]?{_DD}{_NTH},?[ -]+[0-9]{{2,4}}|{_DD}{_NTH}[ -](?:of[ ])?{_MONTH},?[ -]{{0,2}}[0-9]{{2,4}})"
_CLOCK = r"(?:T[0-9]{2}:?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]{1,6})?)?Z?\b)?"
_UNIT = r"(?:mm|cm|ml|mg|hu|%|x[ ])"
# An identifier holds a digit; groups of digits after a space belong to it (a health service number).
_IDENTIFIER = r"(?=[\w./-]{0,40}[0-9])[A-Za-z0-9][\w./-]{0,40}\w(?:[ ][0-9]{3,4}\b(?![ ]?(?:mm|cm|year)))*"
_LONG_IDENTIFIER = rf"(?=[\w./-]{{4}}){_IDENTIFIER}"
_NUMBER_OF = r"(?:[ ]?(?:no|num|number|nr|id|\#)\b\.?|[ ]?\#)"
_STREET = r"""(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace
    |Highway|Hwy|Parkway|Pkwy|Circle|Cir)\b\.?"""
# only these before five digits: "TR 10000" is a time of a magnetic resonance sequence
_STATE = r"""(?:AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC
    |ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY)"""
_NO_PLACE = r"(?:The|A|An|This|That|In|At|No|For|From|Of|And|Our|Reason|REASON|HPI|Prior|During|Current|Post|Pre)"
_CAPITAL = rf"[{_UPPER}][\w'’.&-]{{1,30}}"
_CARE = r"""(?:Hospital|HOSPITAL|Medical[ ]Cent(?:er|re)|MEDICAL[ ]CENT(?:ER|RE)|Health[ ](?:System|Cent(?:er|re))|Infirmary
    |Clinic|Hospice|Nursing[ ]Home|Polyclinic)"""

# In this order: what a later rule would take for a number or a name is gone by then.
RULES = (
    _rule("contact", r"""\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"""),
    _rule("contact", r"""(?:\bhttps?://|\bwww\.)[^\s<>"']{0,2000}[^\s<>"'.,;:)\]]"""),
    _rule("contact", r"(?<![\d.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\d.]|[ ]?(?:mm|cm))"),
    _rule(
        "date",
        rf"(?P<keep>\b(?:DOB|D\.O\.B\.?|date[ ]of[ ]birth|birth[ ]?(?:date|day)|born(?:[ ](?:on|in))?)\b"
        r"\)?[ \t]*[:=]?[ \t]*\n?[ \t]*)"
        rf"(?:{_NUMBERS}|{_WORDS}|{_MONTH}[ ](?:19|20)[0-9]{{2}}|(?:19|20)[0-9]{{2}})\b",
    ),
    _rule("date", rf"(?<![\d./-]){_YEAR}(?:-{_MM}-{_DD}|/{_MM}/{_DD}|\.{_MM}\.{_DD})(?![\d/-]){_CLOCK}"),
    _rule(
        "date",
        rf"(?<![\d./-]){_DD}[ ]?(?P<mark>[-/.])[ ]?{_DD}[ ]?(?P=mark)[ ]?(?:{_YEAR}|[0-9]{{2}})(?![\d/-]|[ ]?{_UNIT})",
    ),
    _rule("date", r"(?<![\w.-])(?P<year>(?:19|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![\w.]*\d)"),
    _rule(
        "date",
        rf"(?<![\w/])(?:{_DD}{_NTH}[ -](?:of[ ])?{_MONTH}|{_MONTH}[ -]?{_DD}{_NTH})"
        rf"(?:,?[ -]{{1,2}}{_YEAR}\b|,?[ ]{{1,2}}['’][0-9]{{2}}\b|-[0-9]{{2}}\b|(?![\w/%-]|\.\d|[ ]?{_UNIT}))",
    ),
    _rule("date", rf"\b{_MONTH}(?:,?[ ]{{1,2}}(?:of[ ])?|-){_YEAR}\b"),
    _rule("date", rf"(?<![\d./-]){_MM}/{_YEAR}(?![\d/-])"),
    _rule("date", rf"(?P<keep>\b(?:in|since|from|last|until|early|late|mid)[ -]){_MONTH}(?=[\s,;)]|$)"),
    _rule(
        "date",
        rf"(?P<keep>\b(?:on|dated|since|study[ ]of|exam[ ]of)[ ])"
        rf"(?:{_MM}/{_DD}|{_DD}/{_MM})(?![\d/]|[ ]?(?:of|strength|power|{_UNIT}))",
    ),
    # the label must be one of a telephone for so few digits: "pH 7.4", "extension of 3.2 cm"
    _rule(
        "contact", r"(?P<keep>\b(?:pager|beeper|ext|extension)\b[.:\# \t]{0,3})[0-9]{2,6}\b(?!\.\d|[ ]?(?:mm|cm|deg|°))"
    ),
    _rule(
        "contact",
        r"""(?P<keep>\b(?:tel|telephone|phone|ph|fax|pager|cell|mobile|call(?:ed)?(?:[ ]at)?)\b[.:\# \t]{0,4})
        (?=(?:\D{0,3}\d){5})\+?[\d(][\d ()./-]{3,18}\d""",
    ),
    _rule(
        "contact",
        r"""(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[.-]\d{4}(?!\w)|(?<![\w.+])\+\d[\d ()-]{6,16}\d\b
        |(?<![\w.])\(\d{3}\)[ ]?\d{3}[ .-]\d{4}(?!\w)|(?<![\w.])0\d(?:[ .]\d\d){4}(?![\w.])
        |(?<![\w.])0\d{2,4}[ ]\d{3,4}[ ]\d{3,4}(?![\w.])""",
    ),
    _rule("id", r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])"),
    _rule("contact", r"(?<![\w.-])[0-9]{3}-[0-9]{4}(?![\w-])"),
    _rule(
        "id",
        rf"""(?P<keep>\b(?:
            MRN|MR\#|med(?:ical)?\.?[ ]rec(?:ord)?|accession|acc|account|acct|encounter|(?:patient|pt)[ ]?id|SSN
            |social[ ]security|insurance|policy|medicare|medicaid|NHS|PESEL|passport|licen[cs]e|NPI|beneficiary|health[ ]plan
        ){_NUMBER_OF}?[ \t]*[:\#=]?[ \t]*\n?[ \t]*|\bID(?:[ ]?(?:no|number|\#))?[ ]?[:\#=][ \t]*){_IDENTIFIER}""",
    ),
    _rule(
        "id",
        rf"""(?P<keep>\b(?:patient|pt|case|study|exam|order|requisition|report|document|specimen|chart|hospital|visit|unit
            |member|device|record|serial){_NUMBER_OF}[ \t]*[:\#=]?[ \t]*){_LONG_IDENTIFIER}""",
    ),
    _rule("id", r"(?<![\w.])[0-9]{7,}(?![\w.]{0,40}\w)|(?<![\w.])[0-9](?:\.[0-9]{1,64}){5,}\b"),
    # an accession number without its label; those of public registries are no one's
    _rule(
        "id",
        r"(?<![\w.-])(?!NCT|PMC|GSE|CRD|ISRCTN)(?:[A-Z]{1,4}-?(?:[0-9]{2,4}-[0-9]{3,9}|[0-9]{7,12})"
        r"|(?:ACC|CR|CT|DX|MG|MR|NM|PT|RAD|US|XR)-?[0-9]{6})(?![\w-])",
        _EXACT,
    ),
    _rule(
        "age",
        r"""\b(?:9[0-9]|1[0-2][0-9])(?=[ -]?(?:years?|yrs?|y[./-]?o)\b|-?(?-i:[FM])\b)
            |(?:(?<=^)|(?<=[,;:(][ ]))(?:9[0-9]|1[0-2][0-9])(?=[ ](?-i:[FM])\b(?!\.?\w))
            |\b0(?:9[0-9]|1[0-2][0-9])(?=Y\b)
            |(?P<keep>\bage(?:d|[ ]of)?[ ]?[:=]?[ ]?)(?:9[0-9]|1[0-2][0-9])\b(?!%|\.\d)
            |\bninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?(?=[ -]years?[ -]old)
            |(?P<decade>\bin[ ](?:his|her|their)[ ](?:mid|late|early)?[ -]?)(?:90s|100s|nineties)\b
            |\b(?:nona|cente)(?:ge)?narian\b""",
    ),
    _rule(
        "place",
        rf"""\b\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]\.?[ ])?(?:[{_UPPER}][\w'.-]{{0,30}}[ ]){{1,4}}{_STREET}
            (?:,?[ ](?:Apt|Apartment|Suite|Ste|Unit|\#)\.?[ ]?\w{{1,8}})?
            (?:,[ ]?(?:[{_UPPER}][\w'-]{{0,30}}[ ]?){{1,3}}(?:,?[ ]?[A-Z]{{2}})?(?:[ ]\d{{5}}(?:-\d{{4}})?)?)?""",
        _EXACT,
    ),
    _rule("place", rf"\b(?:ul|al|os|pl)\.[ ](?:{_CAPITAL}[ ]){{1,3}}\d{{1,4}}[a-zA-Z]?(?:/\d{{1,4}})?", _EXACT),
    _rule("place", rf"\b[{_UPPER}]\w{{2,30}}(?:stra(?:ß|ss)e|str\.|weg|allee|platz|gasse)[ ]\d{{1,4}}[a-z]?\b", _EXACT),
    _rule(
        "place",
        rf"\b\d{{1,4}},?[ ](?:rue|avenue|boulevard|via|cal(?:le)|piazza)[ ](?:d[eu][ ]|la[ ]|des[ ]){{0,2}}{_CAPITAL}",
        _EXACT,
    ),
    _rule("place", r"\bP\.?[ ]?O\.?[ ]Box[ ]\d{1,8}"),
    _rule("place", rf"\b(?:[{_UPPER}][\w'-]{{1,30}},[ ])?{_STATE}[ ]\d{{5}}(?:-\d{{4}})?\b", _EXACT),
    _rule(
        "place",
        r"(?P<keep>^[ \t]*(?:home[ ]|postal[ ])?(?:address|hospital|facility|institution|clinic|city|town|employer|ward)"
        r"(?:[ ]name)?[ \t]*[:=][ \t]*)[^\[\s][^\t;|\n]{0,200}",
    ),
    _rule(
        "place",
        rf"""(?<![\w'-])(?!{_NO_PLACE}[ ](?:{_CARE}|[A-Z]+[ ]HOSPITAL))(?:(?:St|ST)\.?[ ])?{_CAPITAL}
            (?:[ ](?:(?:and|of|the|for|de)[ ]){{0,2}}{_CAPITAL}){{0,4}}?[ ]{_CARE}\b
            (?!s?[ ](?:Anxiety|Admission|ADMISSION|Course|COURSE|Stay|STAY|Day|DAY|Discharge|DISCHARGE|Number|NUMBER))
            (?:[ ](?:of|at)[ ](?:the[ ])?{_CAPITAL}(?:[ ]{_CAPITAL})?)?""",
        _EXACT,
    ),
)
