"""Tasks are asked for by their name: each exists, reaches a real worker, and costs time only without a broker."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from celery.schedules import maybe_schedule

from label.celery import app, enqueue
from label.models import Battement
from tests.factories.label import PARIS
from tests.test_architecture import MODULES


def waiting(queue):
    """What waits in a queue of the real broker, as (name of the task, arguments)."""
    with app.connection_for_read() as opened:
        messages = [json.loads(message) for message in opened.default_channel.client.lrange(queue, 0, -1)]
    return [(message["headers"]["task"], message["headers"]["argsrepr"]) for message in messages]


# Celery checks the models first, which asks the database its version.
@pytest.mark.django_db
def test_every_task_asked_for_by_its_name_exists():
    app.loader.import_default_modules()
    asked = {name for path in MODULES for name in re.findall(r'"(\w+\.tasks\.\w+)"', path.read_text())}
    assert sorted(asked - set(app.tasks)) == []
    # Each of these has a name written far from its task.
    assert asked >= {"label.tasks.send_courriel", "projects.tasks.make_recepisse", "projects.tasks.scan_piece"}


def test_a_task_waits_in_its_own_queue(broker):
    assert [enqueue("projects.tasks.scan_piece", 12), enqueue("label.tasks.send_code", 7)] == [True, True]
    assert {queue: waiting(queue) for queue in ("celery", "codes")} == {
        "celery": [("projects.tasks.scan_piece", "(12,)")],
        "codes": [("label.tasks.send_code", "(7,)")],
    }


def test_without_a_broker_the_task_is_left_to_a_sweep_and_the_page_does_not_wait(broker, caplog):
    broker.stop()
    start = time.monotonic()
    assert enqueue("projects.tasks.scan_piece", 12) is False
    assert time.monotonic() - start < 2
    [told] = [record.getMessage() for record in caplog.records if record.name == "label.celery"]
    assert told == "Broker unreachable, projects.tasks.scan_piece(12,) waits for the sweep (OperationalError)"


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_does_what_it_is_handed(celery_worker, wait_until):
    assert enqueue("label.tasks.record_heartbeat") is True
    wait_until(lambda: Battement.objects.filter(nom="beat").exists())


def test_the_drafts_are_closed_during_the_hour_that_comes_twice(settings):
    """31 October 2027: from 2 to 3 o'clock, then again."""
    asked = maybe_schedule(settings.CELERY_BEAT_SCHEDULE["close-drafts"]["schedule"], app=app)
    start, end = datetime(2027, 10, 30, 23, 30, tzinfo=UTC), datetime(2027, 10, 31, 2, 30, tzinfo=UTC)
    now, runs = start, [start]
    while now < end:
        with time_machine.travel(now, tick=False):
            if asked.is_due(runs[-1].astimezone(PARIS)).is_due:
                runs.append(now)
        now += timedelta(minutes=1)
    assert max(after - before for before, after in pairwise(runs)) <= timedelta(minutes=5)
    assert end - runs[-1] <= timedelta(minutes=5)
