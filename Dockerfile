# Builds a small image that serves the page as an ordinary user:
#
#   docker build --tag tanya-berita .
#   docker run --rm --interactive --volume tanya:/data tanya-berita users add budi --role editor < PASSWORD-FILE
#   docker run --publish 127.0.0.1:7860:7860 --volume tanya:/data tanya-berita
#
# The built-in models need no torch. With MODELS=torch other models can be named as well (TANYA_EMBEDDER,
# TANYA_READER); TORCH_INDEX is then the address of a package index that has CPU builds of torch, without which
# pip takes the build that it finds, and with it libraries for graphics cards.
FROM python:3.11-slim AS build
ARG MODELS=
ARG TORCH_INDEX=
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 TANYA_CACHE=/opt/tanya/models
RUN python -m venv /opt/tanya/venv
ENV PATH=/opt/tanya/venv/bin:$PATH
# What changes least comes first, so that a change of the code installs nothing again.
COPY constraints.txt pyproject.toml ./
COPY scripts/requirements.py scripts/
RUN if [ -n "$TORCH_INDEX" ]; then pip install --index-url "$TORCH_INDEX" --no-deps torch==2.13.0; fi \
    && python scripts/requirements.py $MODELS > requirements.txt \
    && pip install --constraint constraints.txt --requirement requirements.txt
COPY README.md ./
COPY index index
COPY rag rag
COPY ui ui
COPY scripts/prepare.py scripts/
RUN pip install --no-deps . \
    && cd /opt && python /build/scripts/prepare.py \
    && python -m compileall -q /opt/tanya/venv/lib

FROM python:3.11-slim
COPY --from=build /opt/tanya /opt/tanya
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin tanya
ENV PATH=/opt/tanya/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TANYA_HOME=/data \
    TANYA_CACHE=/opt/tanya/models \
    TANYA_HOST=0.0.0.0 \
    TANYA_PORT=7860
USER tanya
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"TANYA_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["tanya"]
CMD ["serve", "--log", "json"]
