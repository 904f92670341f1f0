"""What Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10)
_LONG = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600)

REQUESTS = Counter("sprintplan_requests_total", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "sprintplan_request_seconds", "Time to the end of an answer.", ["route"], buckets=_QUICK, registry=REGISTRY
)
JOBS_ENDED = Counter("sprintplan_jobs_ended_total", "Jobs that ended.", ["kind", "status"], registry=REGISTRY)
JOB_SECONDS = Histogram("sprintplan_job_seconds", "Time a job ran.", ["kind"], buckets=_LONG, registry=REGISTRY)
JOBS = Gauge("sprintplan_jobs", "Jobs in the store.", ["status"], registry=REGISTRY)
STREAMS = Gauge("sprintplan_streams", "Open event streams.", registry=REGISTRY)
