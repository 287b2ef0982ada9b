"""A picture of paths: every path runs from left to right, every statement is one line, and it stays small."""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.graph.vocabulary import Category
from isthmus.service.answers import EntityName
from isthmus.service.path_columns import columns_of
from isthmus.service.path_picture import BOX, Hop, Way, draw
from isthmus.service.web.pages import environment

HOSTILE = [
    "<script>alert(1)</script>\"'&",
    "\u202eevil\u202c שלום عالم",
    "x" * 300,
    "🧠🧬 brain",
    "",
    " ",
    "]]>&#0;\x07",
]


def way(*nodes, weakest=0, sign="up", dashed=False):
    """A path over these ids; the statement of each hop is named after its ends."""
    return Way(
        tuple(EntityName(id=node, name=node, category=Category.GENE) for node in nodes),
        tuple(
            Hop(f"{a}-{c}", "activates", f"{a} activates {c}", sign, "right", 0.5, dashed, place == weakest)
            for place, (a, c) in enumerate(pairwise(nodes))
        ),
    )


inner = st.lists(st.sampled_from("bcdefgh"), unique=True, max_size=3)
some_paths = st.lists(inner, min_size=1, max_size=12, unique_by=tuple).map(
    lambda found: [["a", *nodes, "z"] for nodes in found]
)


@given(some_paths)
@settings(max_examples=150, deadline=None)
def test_every_path_runs_from_left_to_right(paths):
    columns = columns_of(paths)
    for nodes, cells in zip(paths, columns.courses, strict=True):
        assert [cell.node for cell in cells] == nodes
        assert all(one.column < other.column for one, other in pairwise(cells))
        assert (cells[0].column, cells[-1].column) == (0, max(map(len, paths)) - 1)
    placed = [cell for row in columns.rows for cell in row]
    assert len(placed) == len(set(placed))
    assert {cell for cells in columns.courses for cell in cells} <= set(placed)


@given(some_paths)
@settings(max_examples=100, deadline=None)
def test_boxes_do_not_overlap_and_lines_join_those_of_their_hop(paths):
    picture = draw([way(*nodes) for nodes in paths], most=1000)
    assert picture.shown == len(paths)
    boxes = {box.key: box for box in picture.boxes}
    for one in picture.boxes:
        assert one.x >= 0
        assert one.x + one.width <= picture.width
        assert one.y >= 0
        assert one.y + one.height <= picture.height
        for other in picture.boxes:
            apart = one.y + one.height <= other.y or other.y + other.height <= one.y
            assert one is other or one.column != other.column or apart
    for line in picture.lines:
        source, target = boxes[line.source], boxes[line.target]
        assert line.hop.statement == f"{source.id}-{target.id}"
        assert line.course.startswith(f"M{source.x + BOX:.1f} ")
        assert source.x + BOX <= target.x
        assert 0 <= line.label[1] <= picture.height
    drawn = {(line.hop.statement, rank) for line in picture.lines for rank in line.ways}
    assert drawn == {(f"{a}-{c}", rank) for rank, nodes in enumerate(paths, start=1) for a, c in pairwise(nodes)}


def test_a_node_that_paths_share_is_one_box():
    picture = draw([way("a", "b", "z"), way("a", "b", "c", "z"), way("a", "z")])
    assert sorted(box.id for box in picture.boxes) == ["a", "b", "c", "z"]
    assert sorted(line.hop.statement for line in picture.lines) == ["a-b", "a-z", "b-c", "b-z", "c-z"]
    assert next(line for line in picture.lines if line.hop.statement == "a-b").ways == (1, 2)


def test_a_node_before_and_after_another_is_drawn_twice():
    picture = draw([way("a", "b", "c", "z"), way("a", "c", "b", "z")])
    assert sorted((box.id, box.column) for box in picture.boxes) == [
        ("a", 0), ("b", 1), ("b", 2), ("c", 1), ("c", 2), ("z", 3)
    ]  # fmt: skip


def test_straight_paths_do_not_cross():
    paths = [["a", x, y, "z"] for x, y in zip("bcdef", "vwxyu", strict=True)]
    rows = columns_of(paths).rows
    first, second = ([cell.node for cell in row] for row in rows[1:3])
    assert [dict(zip("bcdef", "vwxyu", strict=True))[node] for node in first] == second


def test_it_is_never_a_hairball():
    ways = [way("a", f"b{n}", f"c{n}", "z") for n in range(50)]
    picture = draw(ways)
    assert len(picture.boxes) + len(picture.lines) <= 60
    assert 0 < picture.shown < 50
    assert len(draw([way("a", "b", "z")], most=1).lines) == 2  # the best path is always there
    assert draw([]).boxes == ()


def test_what_is_weakest_for_any_path_is_marked():
    picture = draw([way("a", "b", "z", weakest=0), way("a", "b", "c", "z", weakest=1)])
    assert sorted(line.hop.statement for line in picture.lines if line.hop.weakest) == ["a-b", "b-c"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_data_in_the_file(name):
    ends = [EntityName(id=each, name=name, category=Category.DISEASE) for each in "az"]
    hop = Hop("s", name, name, "down", "left", 1.0, True, False)
    file = (
        environment()
        .get_template("picture_file.svg.jinja")
        .render(drawing=draw([Way(tuple(ends), (hop,))]), label=name)
    )
    root = ET.fromstring(file)
    tags = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "circle", "text", "tspan", "title"}
    assert not [key for each in root.iter() for key in each.attrib if key.startswith("on") or key == "style"]
    assert "\u202e" not in file
