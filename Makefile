# `make help` says what each target does. Nothing needs to be installed but Python 3.13 (or uv).
PORT ?= 8000
ARGS ?=
export PORT
# Compiled modules are kept: every process of ours starts three times faster the second time.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
# Without the test packages, and without removing them from a developer's environment.
SYNC_DEMO := scripts/uv sync --quiet --frozen --inexact --no-dev --extra embedded
SYNC_ALL := scripts/uv sync --quiet --frozen --all-extras

.PHONY: help demo demo-reset test check lint db run bench pannes accessibilite
.DEFAULT_GOAL := help

help: ## cette aide
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

# exec: a signal sent to make reaches Python itself, not a shell between them.
demo: ## démarre la démonstration sur http://127.0.0.1:$PORT (8000) ; Ctrl-C arrête tout
	@$(SYNC_DEMO)
	@exec $(PYTHON) -m demo.supervisor demo

demo-reset: ## efface les données de la démonstration
	@$(SYNC_DEMO)
	@exec $(PYTHON) -m demo.supervisor reset

test: ## toute la suite de tests, navigateur et LibreOffice compris (ARGS=… va à pytest)
	@$(SYNC_ALL)
	@scripts/chromium
	@scripts/nginx
	@scripts/programme soffice libreoffice-calc-nogui libreoffice-calc
	@scripts/programme pdftotext poppler-utils
	@scripts/moteurs
	@exec $(PYTHON) -m pytest -n 3 --dist load --maxschedchunk 1 $(ARGS)

check: lint ## style, et tests de ce qui est touché depuis BASE (la branche amont, sinon le commit d’avant)
	@exec $(PYTHON) scripts/check.py

lint: ## style, imports entre étages, gabarits, scripts, licences
	@$(SYNC_ALL)
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports
	.venv/bin/mypy --no-error-summary
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/oxlint --quiet --deny-warnings static/js
	$(PYTHON) scripts/licences.py

db: ## PostgreSQL, Valkey et SMTP pour développer ; affiche les variables à exporter
	@$(SYNC_ALL)
	@exec $(PYTHON) -m demo.supervisor services

run: ## une commande avec ces services : make run CMD="manage.py shell"
	@$(SYNC_ALL)
	@exec $(PYTHON) -m demo.supervisor run $(PYTHON) $(CMD)

bench: ## mesures de charge et de vitesse, à la main
	@$(SYNC_ALL)
	@exec $(PYTHON) -m bench $(ARGS)

pannes: ## ce qui casse et ce que cela coûte, à la main (ARGS=depots : ce cas seul)
	@$(SYNC_ALL)
	@scripts/nginx
	@exec $(PYTHON) -m bench.pannes $(ARGS)

accessibilite: ## chaque page de chaque rôle, dans chaque mode, lue par les trois vérificateurs, à la main
	@$(SYNC_ALL)
	@scripts/chromium
	@scripts/moteurs
	@exec $(PYTHON) -m tests.moteurs $(ARGS)
