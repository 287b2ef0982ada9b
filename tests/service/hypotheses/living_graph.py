"""A graph small enough to know by heart: a drug that inhibits an enzyme of what causes a disease."""

from dataclasses import replace

from graph.samples import ALZHEIMER, APP_CAUSES_ALZHEIMER, BACE1_CUTS_APP, DRUG_INHIBITS_BACE1, VERUBECESTAT, paper

from isthmus.service.graphs import snapshot_of
from isthmus.service.hypotheses.edition import edition_of
from isthmus.service.hypotheses.kept import keep
from isthmus.service.panel.assemble import propose

PAPERS = (
    paper("pmid:1", replace(DRUG_INHIBITS_BACE1, year=2015), date="2015"),
    paper("pmid:2", replace(BACE1_CUTS_APP, year=2011), date="2011"),
    paper("pmid:3", replace(APP_CAUSES_ALZHEIMER, year=2005), date="2005"),
    paper("pmid:4", replace(APP_CAUSES_ALZHEIMER, year=2007), date="2007"),
)


def proposed(store, cache, as_of=None):
    """The edition of the drug and the disease, as ``propose --json`` writes it."""
    snapshot = snapshot_of(store, as_of, cache=cache)
    proposal = propose(store, snapshot, VERUBECESTAT, ALZHEIMER)
    return edition_of(store, snapshot, proposal)


def kept(store, cache):
    """The same, put into the store."""
    return keep(store, proposed(store, cache))
