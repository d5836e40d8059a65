import pytest

# The steps are told in modules of their own; what they assert is explained as in a test.
pytest.register_assert_rewrite("tests.parcours.etapes_dossier", "tests.parcours.etapes_jury", "tests.parcours.pages")
