"""The benchmark's generator knows the tables as they are: a new column must not stop a measurement."""

import psycopg2

from tests.benchmarks import generate
from tests.conftest import PRISTINE

PEOPLE = 500


def test_the_generator_fills_the_tables_as_they_are(cluster, django_db_setup) -> None:
    cluster.create_database("measured", template=PRISTINE)
    generate.fill(cluster.superuser_url("measured"), PEOPLE)
    with psycopg2.connect(cluster.superuser_url("measured")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*), count(DISTINCT programme_id) FROM participants_enrolment")
        people, programmes = cursor.fetchone()
    connection.close()
    assert people == PEOPLE
    assert 1 < programmes <= generate.PROGRAMMES
