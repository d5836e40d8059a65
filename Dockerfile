# syntax=docker/dockerfile:1
FROM ghcr.io/astral-sh/uv:0.9.26 AS uv

FROM python:3.13.16-slim-bookworm AS construction
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /application
# The dependencies change less often than the code: a layer of their own.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev
COPY . .
# Both serve this one command; they are not kept in the image.
RUN SECRET_KEY=construction EMAIL_HOST=construction STATIC_ROOT=/statiques .venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.13.16-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /application label \
    && install -d -o label -g label -m 0700 /donnees
COPY --from=construction /application /application
# What a new volume starts from; each deployment adds its own and leaves those that open pages use (label/statiques.py).
COPY --from=construction --chown=label:label /statiques /statiques
WORKDIR /application
ENV PATH=/application/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    MEDIA_ROOT=/donnees/fichiers STATIC_ROOT=/statiques BEAT_SCHEDULE_FILE=/donnees/celerybeat-schedule
USER label
VOLUME /donnees
EXPOSE 8000
CMD ["gunicorn", "label.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-", \
     "--logger-class", "label.journaux_http.Acces"]
