"""What cannot be read is answered in plain words, by whoever meets it first."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from django.test import Client, RequestFactory

from safehub.foundation.submissions.refusals import LARGEST_REQUEST, answer_to, refusal_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]


def test_an_ordinary_request_goes_through() -> None:
    assert refusal_of(RequestFactory().get("/cooked/?q=soup")) is None
    assert refusal_of(RequestFactory().post("/tell/", {"story": "x"})) is None


@pytest.mark.parametrize(("over", "status"), [(0, None), (1, 413)])
def test_a_request_may_be_so_large_and_no_larger(over: int, status: int | None) -> None:
    request = RequestFactory().get("/", CONTENT_LENGTH=str(LARGEST_REQUEST + over))
    answer = refusal_of(request)
    assert (answer.status_code if answer else None) == status


def test_every_answer_says_what_to_do_and_shows_no_trace() -> None:
    for error in (RequestDataTooBig(), UnreadablePostError(), SuspiciousOperation("x9")):
        answer = answer_to(error)
        assert answer is not None
        page = answer.content.decode()
        assert "Nothing was done" in page
        assert "Traceback" not in page
        assert "x9" not in page


def test_a_fault_of_ours_is_none_of_the_senders() -> None:
    assert answer_to(ValueError("x")) is None


def test_a_body_that_breaks_off_is_no_fault() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError("gone")

    request = RequestFactory().post("/tell/", {"story": "x"})
    request._stream = request.environ["wsgi.input"] = Broken()
    answer = refusal_of(request)
    assert answer is not None
    assert answer.status_code == 400
    assert "connection broke" in answer.content.decode()


def test_a_page_without_our_templates_context_is_still_whole() -> None:
    answer = Client().get("/cooked/?q=%00")
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()
    assert "text/html" in answer["Content-Type"]
