"""The page of a backtest: whole by itself, its numbers those of the JSON, its text never markup."""

import base64
import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import orjson
import pytest

from isthmus.graph.discovery.ranking.backtest import Backtest, Bin, HubBias, Method, Stratum, Trial
from isthmus.graph.discovery.ranking.ranking_measures import Interval
from isthmus.service.backtest_page import backtest_page
from isthmus.service.backtest_plots import SERIES

VOID = {"meta", "path", "circle", "polygon"}


def method(name: str, value: float) -> Method:
    return Method(
        name=name,
        auroc=Interval(value, value - 0.04, value + 0.03),
        average_precision=Interval(value / 2, value / 2 - 0.1, value / 2 + 0.1),
        reciprocal_rank=value / 3,
        hits={"1": value / 4, "3": value / 3, "10": value / 2},
        roc=((0.0, 0.0), (0.2, value), (1.0, 1.0)),
        precision_recall=((0.1, 0.9), (0.9, value / 4)),
    )


FOUND = Backtest(
    cut=2006,
    until=2010,
    graph_hash="f00d" * 16,
    seed=0,
    entities=1234,
    edges=5678,
    positives=100,
    positives_in_all=100,
    refuted=0,
    fusion_cuts=(1999, 2002),
    fusion_positives=321,
    weights={"text affinity": 0.75, "paths": -0.125},
    trials=(Trial("same_category", 3000, (method("isthmus", 0.81), method("degree <product>", 0.62))),),
    strata=(Stratum("degree", "up to 3", 40, 0.77, 0.55),),
    calibration=(Bin(0.01, 0.02, 500), Bin(0.2, 0.15, 500)),
    hub_bias=(HubBias("Drug", "Disease", 10, 50, 0.9, 0.4),),
)


class Reader(HTMLParser):
    """Tags that are open, tables as rows of text, and every link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.links: dict[str, str] = {}
        self.labels: list[str] = []
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.sources += [f"{tag} {key}" for key in named if key in ("src", "srcset") or key.startswith("on")]
        if tag in ("script", "link", "iframe", "img", "object"):
            self.sources.append(tag)
        if tag == "a":
            self.links[named["download"]] = named["href"]
        if tag == "svg" and "aria-label" in named:
            self.labels.append(named["aria-label"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def page() -> str:
    return backtest_page(FOUND.to_json())


def content(link: str) -> bytes:
    return base64.b64decode(link.partition(";base64,")[2])


def test_the_page_is_well_formed_and_needs_nothing_else(page):
    reader = Reader(page)
    assert reader.open == []
    assert reader.sources == []
    assert not re.search(r"https?://|@import|url\(", page)


def test_names_are_text_and_never_markup(page):
    assert "<product>" not in page
    assert ["degree <product>", "0.620", "0.580", "0.650"] in Reader(page).rows


def test_each_plot_has_its_numbers_beneath_and_to_download(page):
    reader = Reader(page)
    assert page.count("<figure>") == page.count("<details>") == len(reader.labels) == 7
    assert ["isthmus", "0.810", "0.770", "0.840"] in reader.rows
    assert ["degree: up to 3", "40", "0.770", "0.550"] in reader.rows
    assert ["0.200", "0.150", "500"] in reader.rows
    assert ["Diseases for 50 Drugs", "10", "0.900", "0.400"] in reader.rows
    rows = list(csv.reader(io.StringIO(content(reader.links["same_category_roc.csv"]).decode())))
    assert rows[:3] == [
        ["method", "false-positive rate", "true-positive rate"],
        ["isthmus", "0.0", "0.0"],
        ["isthmus", "0.2", "0.81"],
    ]
    assert orjson.loads(content(reader.links["backtest.json"])) == orjson.loads(orjson.dumps(FOUND.to_json()))


def test_the_table_of_a_curve_lies_on_the_curve(page):
    [roc] = [row for row in Reader(page).rows if row[:3] == ["isthmus", "0.000", "0.405"]]
    assert roc[3] == "0.810"
    assert roc[-1] == "1.000"


def test_a_mark_stands_where_its_value_is(page):
    """On the scale of the AUROC plot, from the tick of 0 to that of 1."""
    [plot] = re.findall(r'<svg[^>]*aria-label="AUROC of each method.*?</svg>', page, re.DOTALL)
    zero, one = (
        float(re.search(rf'<text x="([\d.]+)"[^>]*text-anchor="middle">{tick}</text>', plot)[1]) for tick in "01"
    )
    mark = float(re.search(r'<circle class="m s0" cx="([\d.]+)"', plot)[1])
    assert (mark - zero) / (one - zero) == pytest.approx(0.81, abs=0.001)


def test_many_methods_show_the_best_curves_and_all_the_numbers():
    methods = [method("isthmus", 0.7), *(method(f"baseline {number}", 0.5 + number / 50) for number in range(8))]
    page = backtest_page(replace(FOUND, trials=(Trial("degree_matched", 10, tuple(methods)),)).to_json())
    rows = [row for row in Reader(page).rows if row[0].startswith("baseline")]
    assert len({row[0] for row in rows if len(row) == 4}) == 8
    assert [row[0] for row in rows if len(row) == 12][: SERIES - 1] == [
        f"baseline {number}" for number in range(7, 2, -1)
    ]


def test_without_a_past_or_lists_the_page_says_so():
    bare = replace(FOUND, fusion_cuts=(), fusion_positives=0, calibration=(), strata=(), hub_bias=(), trials=())
    page = backtest_page(bare.to_json())
    assert Reader(page).open == []
    assert page.count("too little past") == 2
    assert "<figure>" not in page
