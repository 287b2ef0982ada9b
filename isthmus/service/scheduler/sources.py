"""From a schedule to its feed, with the settings of this process."""

from __future__ import annotations

from isthmus.extractors.feeds.feed import Feed, FeedKind
from isthmus.service.egress import Caps, allowed_pairs
from isthmus.service.lexicon import lexicon
from isthmus.service.scheduler.fetch import Pace, Service
from isthmus.service.settings import Settings

# Requests a second: what NCBI names for programs with and without a key, and what is modest elsewhere.
WITH_KEY, WITHOUT_KEY, MODEST = 10.0, 3.0, 5.0


_UPDATES = "https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles"
_FILES = Caps(size=512 * 2**20, seconds=900.0)  # an update file has some 30 to 200 MB


def _public_pubmed() -> str:
    return str(Settings.model_fields["pubmed_url"].default)


def feed_of(kind: FeedKind, settings: Settings, pace: Pace) -> tuple[Feed, Service | None]:
    """The feed and the way to its service, where it has one. Raises ``AddressRefused``."""
    allow, email = allowed_pairs(settings.egress_allow), settings.contact_email
    match kind:
        case FeedKind.PUBMED:
            from isthmus.extractors.feeds.pubmed import PubMed

            key = settings.pubmed_api_key.get_secret_value()
            service = Service(settings.pubmed_url, WITH_KEY if key else WITHOUT_KEY, pace, allow=allow, name=kind.value)
            articles = PubMed(service, key=key, email=email)
            updates = settings.pubmed_updates_url or (_UPDATES if settings.pubmed_url == _public_pubmed() else "")
            if not updates:
                return articles, service
            from isthmus.extractors.feeds.pubmed_updates import WithDeletions

            return WithDeletions(
                articles, Service(updates, MODEST, pace, allow=allow, caps=_FILES, name="pubmed_updates")
            ), service
        case FeedKind.EUROPEPMC:
            from isthmus.extractors.feeds.europepmc import EuropePmc

            service = Service(settings.europepmc_url, MODEST, pace, allow=allow, name=kind.value)
            return EuropePmc(service, email=email), service
        case FeedKind.BIORXIV:
            from isthmus.extractors.feeds.biorxiv import Biorxiv

            service = Service(settings.biorxiv_url, MODEST, pace, allow=allow, name=kind.value)
            return Biorxiv(service), service
        case FeedKind.PUBTATOR:
            from isthmus.extractors.feeds.pubtator import PubTator

            service = Service(settings.pubtator_url, WITHOUT_KEY, pace, allow=allow, name=kind.value)
            return PubTator(service), service
        case FeedKind.FOLDER:
            from isthmus.extractors.feeds.folder import Folder

            return Folder(lexicon().canonical, lexicon().named, pace.sleep), None
