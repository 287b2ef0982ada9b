"""The command line. Data goes to stdout, talk to stderr; every command's names and fields are a contract."""

from __future__ import annotations

import logging
import sys

import typer

from isthmus import __version__
from isthmus.errors import IsthmusError
from isthmus.service.cli import (
    ask,
    discover,
    feed,
    hypotheses,
    keys,
    mcp,
    operate,
    propose,
    question,
    replay,
    review,
    runs,
    schedule,
    verify,
    watch,
)
from isthmus.service.telemetry import tracing

app = typer.Typer(
    name="isthmus",
    help="Read papers, annotations and reports into a knowledge graph, and ask it for paths that hold up.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 some input failed (the rest is in), 2 wrong usage or ambiguous name, 3 store away.",
)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        typer.echo(f"isthmus {__version__}")
        raise typer.Exit


FEEDING, ASKING, DECIDING, OPERATING = "Feed the graph", "Ask the graph", "Decide", "Operate"
app.command(rich_help_panel=FEEDING)(feed.ingest)
app.command(rich_help_panel=FEEDING)(feed.extract)
app.add_typer(runs.app, name="runs", rich_help_panel=FEEDING)
app.add_typer(schedule.app, name="schedule", rich_help_panel=FEEDING)
app.command(rich_help_panel=ASKING)(question.question)
app.command(rich_help_panel=ASKING)(ask.paths)
app.command(rich_help_panel=ASKING)(ask.candidates)
app.command(rich_help_panel=ASKING)(ask.score)
app.command(rich_help_panel=ASKING)(discover.why)
app.command(rich_help_panel=ASKING)(propose.propose)
app.command(rich_help_panel=ASKING)(propose.check_report)
app.command(rich_help_panel=ASKING)(discover.gaps)
app.command(rich_help_panel=ASKING)(discover.backtest)
app.command(rich_help_panel=ASKING)(verify.verify)
app.add_typer(review.app, name="review", rich_help_panel=DECIDING)
app.add_typer(hypotheses.app, name="hypotheses", rich_help_panel=DECIDING)
app.add_typer(watch.app, name="watch", rich_help_panel=DECIDING)
app.command(rich_help_panel=DECIDING)(replay.replay)
app.command(rich_help_panel=OPERATING)(operate.serve)
app.command(rich_help_panel=OPERATING)(mcp.mcp)
app.add_typer(keys.app, name="keys", rich_help_panel=OPERATING)
app.command(rich_help_panel=OPERATING)(operate.export)
app.command(rich_help_panel=OPERATING)(operate.backup)
app.command(rich_help_panel=OPERATING)(operate.restore)
app.command(rich_help_panel=OPERATING)(operate.doctor)
app.command(rich_help_panel=OPERATING)(operate.demo)


def main() -> None:
    """Run the command line; the one place where a domain error becomes a line on stderr and an exit code."""
    logging.getLogger("stamina").setLevel(logging.ERROR)  # what is tried again is told by what asked for it
    end_tracing = tracing.start()
    try:
        app()
    except IsthmusError as error:
        from isthmus.service.security.hidden import without_secrets

        typer.echo(f"isthmus: {without_secrets(str(error))}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("isthmus: stopped. What was written is kept; run the same command again to go on.", err=True)
        sys.exit(130)
    except BrokenPipeError:  # `isthmus extract … | head` is no mistake
        sys.stderr.close()
        sys.exit(0)
    finally:
        end_tracing()
