"""A hosted model may only give back a question; whatever else it tries is an error, and it is never told a value."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from tollbook.errors import TollbookError
from tollbook.questions.ground import Ground
from tollbook.questions.hosted import ModelUnusable, hosted_model
from tollbook.questions.question import Question
from tollbook.questions.wording import Lexicon, lexicon_of, understand

TODAY = date(2026, 10, 31)


class Model(BaseHTTPRequestHandler):
    answer: ClassVar[bytes] = b"{}"
    heard: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Model.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/read"
    server.shutdown()
    server.server_close()


@pytest.fixture
def lexicon(frame: Any, ground_of: Any) -> Lexicon:
    ground: Ground = ground_of(frame)
    return lexicon_of(ground.schema)


def test_words_the_lexicon_lacks_go_to_the_model_and_come_back_as_a_question(address: str, lexicon: Lexicon) -> None:
    wanted = Question(("undelivered",), ("country",))
    Model.answer = json.dumps(wanted.canonical()).encode()
    found = understand("whither went the wretched undelivered ones", lexicon, TODAY, hook=hosted_model(address))
    assert found.question == wanted
    (heard,) = Model.heard
    assert set(heard) == {"words", "may_use"}
    assert "harbour-bank" not in json.dumps(heard)
    assert "GB" not in json.dumps(heard)  # a value of this client


def test_words_that_are_understood_are_not_sent(address: str, lexicon: Lexicon) -> None:
    assert understand("messages by country last month", lexicon, TODAY, hook=hosted_model(address)).question
    assert Model.heard == []


@pytest.mark.parametrize(
    "answer",
    [
        b'{"sql": "drop table usage"}', b'{"measures": ["messages; drop table usage"]}', b"[1]", b"not json",
        b'{"filters": [["country", "= 1 or", "x"]]}', b'{"client": "other-bank"}',
    ],
)  # fmt: skip
def test_anything_but_a_question_is_an_error(answer: bytes, address: str, lexicon: Lexicon) -> None:
    Model.answer = answer
    with pytest.raises(TollbookError):
        understand("xyzzy plugh", lexicon, TODAY, hook=hosted_model(address))


def test_no_answer_and_an_open_address_say_what_to_do() -> None:
    with pytest.raises(ModelUnusable, match="TOLLBOOK_QUESTION_MODEL"):
        hosted_model("http://127.0.0.1:9/none")("words")
    with pytest.raises(ModelUnusable, match="https://"):
        hosted_model("http://example.org/model")
