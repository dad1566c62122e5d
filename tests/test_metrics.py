"""Each response is counted once, under its operation and status."""

from app.metrics import Metrics


def test_series_are_kept_apart() -> None:
    metrics = Metrics()
    for operation, status in (("getMe", 200), ("getMe", 200), ("getMe", 404), ("listSites", 200), (None, 404)):
        metrics.observe(operation, status, 0.02)
    shown = metrics.show({}).decode()
    for line in (
        'http_requests_total{operation="getMe",status="200"} 2.0',
        'http_requests_total{operation="getMe",status="404"} 1.0',
        'http_requests_total{operation="listSites",status="200"} 1.0',
        'http_requests_total{operation="none",status="404"} 1.0',
        'http_request_duration_seconds_count{operation="getMe"} 3.0',
        'http_request_duration_seconds_bucket{le="0.025",operation="getMe"} 3.0',
        'http_request_duration_seconds_bucket{le="0.01",operation="getMe"} 0.0',
    ):
        assert f"{line}\n" in shown, line
