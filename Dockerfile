FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY models models
COPY planner planner
COPY api api
# The versions of the lock without its hashes: pip takes no hashes where a folder is installed, too.
RUN sed -e '/--hash=/d' -e 's/ \\$//' requirements.lock > versions.txt
RUN python -m venv /opt/sprintplan \
 && /opt/sprintplan/bin/pip install --no-cache-dir --upgrade --constraint versions.txt setuptools \
 && /opt/sprintplan/bin/pip install --no-cache-dir --no-build-isolation --constraint versions.txt ".[serve]"

FROM python:3.13-slim
COPY --from=build /opt/sprintplan /opt/sprintplan
RUN useradd --system --create-home --home-dir /data sprintplan
USER sprintplan
WORKDIR /data
ENV PATH=/opt/sprintplan/bin:$PATH SPRINTPLAN_HOST=0.0.0.0 SPRINTPLAN_STORE=/data/sprintplan.db
EXPOSE 8750
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8750/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sprintplan"]
CMD ["serve"]
