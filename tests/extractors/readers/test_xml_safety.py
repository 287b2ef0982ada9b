"""XML from anywhere: nothing is loaded, nothing grows, one bad record leaves the others."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from extractors.readers.samples import written
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from isthmus.extractors.readers import xml_safety
from isthmus.extractors.readers.xml_safety import UnsafeXml, pieces, tree
from isthmus.extractors.reading import UnreadableFile

TWO = "<set>\n<r><t>one</t></r>\n<r><t>two</t></r>\n</set>"


def cut(path, content):
    return list(pieces(written(path, content), ["r"], ["set"]))


def texts(path, content):
    return [tree(piece).findtext("t") for piece in cut(path, content)]


@pytest.fixture
def asked():
    """A server on loopback; the paths that somebody asked it for."""
    paths = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'<!ENTITY secret "told">')

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    paths.append(f"http://127.0.0.1:{server.server_port}/set.dtd")
    yield paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_records_come_one_by_one_with_their_lines(tmp_path):
    found = cut(tmp_path / "x.xml", TWO)
    assert [(piece.name, piece.line, piece.fault) for piece in found] == [("r", 2, ""), ("r", 3, "")]
    assert [tree(piece).findtext("t") for piece in found] == ["one", "two"]


def test_a_document_type_is_accepted_and_never_loaded(tmp_path, asked):
    address = asked.pop()
    content = f'<?xml version="1.0"?>\n<!DOCTYPE set PUBLIC "-//X//Y//EN" "{address}">\n{TWO}'
    assert texts(tmp_path / "x.xml", content) == ["one", "two"]
    assert asked == []


def test_an_entity_of_an_outside_document_type_stays_unknown(tmp_path, asked):
    address = asked.pop()
    written(tmp_path / "set.dtd", '<!ENTITY secret "told">')
    for where in (address, (tmp_path / "set.dtd").as_uri(), "set.dtd"):
        content = f'<!DOCTYPE set SYSTEM "{where}"><set><r><t>&secret;</t></r><r><t>two</t></r></set>'
        bad, good = cut(tmp_path / "x.xml", content)
        with pytest.raises(etree.XMLSyntaxError, match="secret"):
            tree(bad)
        assert tree(good).findtext("t") == "two"
    assert asked == []


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;',
        '<!eNtItY a "x">',
        '\n\n<!ELEMENT set ANY>\n<!ENTITY\n a\n "x">',
    ],
)
def test_an_entity_declaration_is_refused_with_its_line(tmp_path, declaration):
    content = f"<!DOCTYPE set [{declaration}]>\n{TWO}"
    line = content[: content.lower().index("<!entity")].count("\n") + 1
    with pytest.raises(UnsafeXml, match=rf"x\.xml, line {line}: declares an entity, which is refused for safety"):
        cut(tmp_path / "x.xml", content)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_another_encoding_hides_no_declaration(tmp_path, encoding):
    with pytest.raises(UnsafeXml):
        cut(tmp_path / "x.xml", f'<!DOCTYPE set [<!ENTITY a "x">]>{TWO}'.encode(encoding))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_declaration_cut_by_the_pieces_of_the_file_is_still_seen(tmp_path, monkeypatch, size):
    monkeypatch.setattr("isthmus.extractors.readers.source.CHUNK", size)
    with pytest.raises(UnsafeXml):
        cut(tmp_path / "x.xml", f'<!DOCTYPE set [<!ENTITY a "x">]>{TWO}')


@given(st.integers(1, 40), st.integers(0, 3))
def test_how_the_file_is_read_does_not_matter(tmp_path_factory, size, gaps):
    content = f'<?xml version="1.0"?><!DOCTYPE set><!-- <r> -->{TWO.replace("</r>", "</r>" + " " * gaps)}'
    path = tmp_path_factory.mktemp("cut") / "x.xml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("isthmus.extractors.readers.source.CHUNK", size)
        patch.setattr(xml_safety, "_LONGEST_GAP", 30)
        assert texts(path, content) == ["one", "two"]


def test_entities_that_xml_itself_has_are_read(tmp_path):
    assert texts(tmp_path / "x.xml", "<set><r><t>&lt;p&gt; &amp; &#946;</t></r></set>") == ["<p> & β"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TWO.replace("one", "é"), "utf-16"),
        (f'<?xml version="1.0" encoding="UTF-8"?>{TWO}'.replace("one", "é"), "utf-8"),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?>{TWO}'.replace("one", "é"), "latin-1"),
        (f"<?xml version='1.0' encoding='windows-1252'?>{TWO}".replace("one", "é"), "cp1252"),
        (TWO.replace("one", "é"), "utf-8-sig"),
    ],
)
def test_the_encoding_is_what_the_file_says(tmp_path, content, encoding):
    assert texts(tmp_path / "x.xml", content.encode(encoding)) == ["é", "two"]


@pytest.mark.parametrize("encoding", ["utf-7", "rot13", "no-such"])
def test_an_encoding_that_could_hide_something_is_refused(tmp_path, encoding):
    with pytest.raises(UnreadableFile, match=f"is XML in encoding '{encoding}', which is not read. Save it as UTF-8"):
        cut(tmp_path / "x.xml", f'<?xml version="1.0" encoding="{encoding}"?>{TWO}')


def test_depth_is_bounded(tmp_path):
    content = f"<set><r>{'<b>' * 300}{'</b>' * 300}</r><r><t>two</t></r></set>"
    deep, good = cut(tmp_path / "x.xml", content)
    with pytest.raises(etree.XMLSyntaxError, match=r"[Dd]epth"):
        tree(deep)
    assert tree(good).findtext("t") == "two"


def test_one_text_is_bounded(tmp_path):
    [piece] = cut(tmp_path / "x.xml", f"<set><r><t>{'x' * 11_000_000}</t></r></set>")
    with pytest.raises(etree.XMLSyntaxError):
        tree(piece)


def test_a_record_is_bounded_and_the_next_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_safety, "LONGEST_RECORD", 1000)
    monkeypatch.setattr("isthmus.extractors.readers.source.CHUNK", 100)
    found = cut(tmp_path / "x.xml", f"<set><r><t>{'x' * 5000}</t></r><r><t>two</t></r></set>")
    assert found[0].fault == "it is longer than 1,000 bytes"
    assert tree(found[-1]).findtext("t") == "two"


def test_a_gzip_bomb_is_refused(tmp_path):
    path = written(tmp_path / "x.xml.gz", b"<set><r>" + b" " * 50_000_000 + b"</r></set>", packed=True)
    with pytest.raises(UnreadableFile, match="unpacks to more than 200 times its size"):
        list(pieces(path, ["r"], ["set"]))


UNCLOSED = "the file ends before its closing tag: records may be missing"


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("<set><r><t>a</t><r><t>b</t></r></set>", ["its closing tag </r> is missing", ""]),
        ("<set><r/><r><t>b", ["", "the file ends inside it, before </r>. Get the file again", UNCLOSED]),
        ("<set><r/>", ["", UNCLOSED]),
        ("<set><r/>stray<r/></set>", ["", "what stands between the records is not a record: 'stray'", ""]),
        ("<set><!-- <r/> --><r/></set>", [""]),
        ("<set><r/><!-- no", ["", "a comment that starts here never ends, so the rest could not be read", UNCLOSED]),
        ("<set/>", []),
    ],
)
def test_what_is_broken_is_told_and_the_rest_is_read(tmp_path, content, faults):
    assert [piece.fault for piece in cut(tmp_path / "x.xml", content)] == faults
