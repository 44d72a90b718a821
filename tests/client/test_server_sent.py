"""Server-sent events, read as the HTML standard has them."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.client import server_sent
from satselect.client.server_sent import Block, Parser, TooLongError


def blocks(*chunks: bytes) -> list[tuple[str, str, str | None]]:
    parser = Parser()
    return [(block.kind, block.data, block.position) for chunk in chunks for block in parser.feed(chunk)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b"id: 7\nevent: task\ndata: {}\n\n", [("task", "{}", "7")]),
        (b"data:a\ndata: b\ndata:  c\n\n", [("message", "a\nb\n c", None)]),
        (b": alive\nid: 8\n\n", [("message", "", "8")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("message", "a", None)]),
        (b"data\nnonsense: x\nother\n\n", [("message", "", None)]),
        (b"id: 1\n\nid: \n\n", [("message", "", "1"), ("message", "", "1")]),
        (b"id: 1\0\ndata: a\n\n", [("message", "a", None)]),
        (b"event: a\n\nid: 2\ndata: b\n\n", [("a", "", None), ("message", "b", "2")]),
        (b"id: 3\ndata: cut", []),
        (b"id: 3\ndata: whole\n", []),
        (b"data: \xff\n\n", [("message", "\ufffd", None)]),
        (b"data: \xe2\x80\xa8a\x0bb\n\n", [("message", "\u2028a\x0bb", None)]),
    ],
)
def test_each_block_says_what_it_holds(text: bytes, read: list[tuple[str, str, str | None]]) -> None:
    assert blocks(text) == read


STREAM = (
    b"retry: 10\n\n: alive\nid: 5\n\nid: 6\nevent: batch\ndata: {1}\n\nid: 7\nevent: task\ndata: {2}\ndata: {3}\n\n"
)


@given(st.lists(st.integers(0, len(STREAM) + 10)), st.sampled_from([b"\n", b"\r", b"\r\n"]))
def test_it_does_not_matter_where_pieces_end(cuts: list[int], end: bytes) -> None:
    stream = STREAM.replace(b"\n", end)
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[start:stop] for start, stop in pairwise(places)]
    assert blocks(*pieces) == blocks(STREAM)
    assert blocks(STREAM)[2:] == [("batch", "{1}", "6"), ("task", "{2}\n{3}", "7")]


@pytest.mark.parametrize(
    ("said", "retry_s"), [(b"10", 0.01), (b"0", 0.0), (b"x", None), (b"-1", None), (b"1" * 400, None), (b"", None)]
)
def test_it_says_how_long_to_wait(said: bytes, retry_s: float | None) -> None:
    parser = Parser()
    list(parser.feed(b"retry: " + said + b"\n\n"))
    assert parser.retry_s == retry_s


def test_a_position_stays_until_another_one_is_whole() -> None:
    parser = Parser("4")
    assert list(parser.feed(b"data: a\n\nid: 5\ndata: b\n")) == [Block("message", "a", "4")]
    assert parser.position == "4"


@pytest.mark.parametrize("piece", [b"data: aaaaaaaa", b": aaaaaaaaaaaaa\n"])
def test_what_does_not_end_is_no_event(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_sent, "MOST_BYTES", 1_000)
    parser = Parser()
    with pytest.raises(TooLongError):
        list(chain.from_iterable(map(parser.feed, [piece] * 200)))
