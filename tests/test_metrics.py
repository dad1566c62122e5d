"""Each response is counted once, under its method, operation and status; the rest is read at a scrape."""

import pytest

from app.metrics import Metrics, Reading


def test_series_are_kept_apart() -> None:
    metrics = Metrics()
    for method, operation, status in (
        ("GET", "getMe", 200),
        ("GET", "getMe", 200),
        ("HEAD", "getMe", 200),
        ("GET", "getMe", 404),
        ("GET", "listSites", 200),
        ("GET", None, 404),
    ):
        metrics.observe(method, operation, status, 0.02)
    shown = metrics.show([]).decode()
    for line in (
        'http_requests_total{method="GET",operation="getMe",status="200"} 2.0',
        'http_requests_total{method="HEAD",operation="getMe",status="200"} 1.0',
        'http_requests_total{method="GET",operation="getMe",status="404"} 1.0',
        'http_requests_total{method="GET",operation="listSites",status="200"} 1.0',
        'http_requests_total{method="any",operation="none",status="404"} 1.0',
        'http_request_duration_seconds_count{method="GET",operation="getMe"} 3.0',
        'http_request_duration_seconds_bucket{le="0.025",method="GET",operation="getMe"} 3.0',
        'http_request_duration_seconds_bucket{le="0.01",method="GET",operation="getMe"} 0.0',
    ):
        assert f"centre_recognition_{line}\n" in shown, line


def test_made_up_methods_make_no_series() -> None:
    """Otherwise a stranger could fill the memory."""
    metrics = Metrics()
    for number in range(100):
        metrics.observe(f"MADE{number}", None, 404, 0.02)
    shown = metrics.show([]).decode()
    assert "MADE" not in shown
    assert 'centre_recognition_http_requests_total{method="any",operation="none",status="404"} 100.0\n' in shown


def test_a_reading_is_shown_until_the_next_scrape() -> None:
    metrics = Metrics()
    shown = metrics.show([Reading("jobs", 3, ("send_email", "queued")), Reading("places_refused", 2, ("rendering",))])
    assert b'centre_recognition_jobs{kind="send_email",status="queued"} 3.0\n' in shown
    assert b'centre_recognition_places_refused_total{kind="rendering"} 2.0\n' in shown
    assert b"centre_recognition_jobs{" not in metrics.show([])


def test_a_reading_without_a_description_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Metrics().show([Reading("unknown", 1)])


def test_the_process_and_python_are_shown() -> None:
    shown = Metrics().show([])
    for name in (b"\nprocess_cpu_seconds_total ", b"\nprocess_resident_memory_bytes ", b"\npython_info{"):
        assert name in shown
