"""The panel: specialists that examine a proposed link, and the report of what they found."""
