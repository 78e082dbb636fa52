"""Lost errors, calls left behind and endless tests fail the run."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _importable(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    pytester.makeconftest("pytest_plugins = ['tests.hygiene']")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("fail(ValueError('lost one'))", "lost one"),
        ("reactor.callLater(60, print)", "Left on the reactor"),
        ("await Deferred()", "TimeoutError"),
        ("Logger().failure('bad', Failure(ValueError('logged one')))", "logged one"),
        ("log.err(Failure(ValueError('older one')))", "older one"),
    ],
)
def test_what_pytest_twisted_lets_pass_fails(
    pytester: pytest.Pytester, body: str, complaint: str
) -> None:
    pytester.makepyfile(f"""
        import pytest
        from twisted.internet import reactor
        from twisted.internet.defer import Deferred, fail
        from twisted.logger import Logger
        from twisted.python import log
        from twisted.python.failure import Failure

        @pytest.mark.patience(1)
        async def test_it():
            {body}

        async def test_another():
            pass
    """)
    result = pytester.runpytest_subprocess()
    counts = result.parseoutcomes()
    assert counts.pop("passed", 0) >= 1
    assert counts.pop("failed", 0) + counts.pop("errors", 0) == 1
    result.stdout.fnmatch_lines([f"*{complaint}*"])


def test_an_expected_error_passes_when_it_is_flushed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        from twisted.internet.defer import fail

        async def test_it(logged_errors):
            fail(ValueError("expected"))
            assert len(logged_errors.flush(ValueError)) == 1
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
