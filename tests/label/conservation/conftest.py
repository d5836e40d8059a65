"""Erasing a person or a text asks every model that may point at it, the notebook of the suite included."""

import pytest
from django.db import connection

from tests.carnet.models import Carnet


@pytest.fixture(autouse=True)
def carnet(db):
    with connection.schema_editor() as editor:
        editor.create_model(Carnet)
    is_rolled_back = connection.in_atomic_block
    yield
    if not is_rolled_back:
        with connection.schema_editor() as editor:
            editor.delete_model(Carnet)
