"""What every Query promises. A subclass gives `make(script, select)`: a query of a database made by a script."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from relancier.ports import Query, QueryFailed

Make = Callable[[str, str], Query]
TABLE = """
CREATE TABLE piece (numero VARCHAR(20), echeance DATE, ttc NUMERIC(12, 2), litige BOOLEAN, note VARCHAR(50));
INSERT INTO piece VALUES ('FA-1', '2026-03-31', 1200.50, FALSE, 'Pose d''un luminaire; à l''étage');
INSERT INTO piece VALUES ('FA-2', '2026-02-28', 80, TRUE, NULL);
"""


class QueryContract:
    """One SELECT, asked as often as wanted; nothing is written."""

    def test_columns_and_rows_come_as_text_in_their_order(self, make: Make) -> None:
        answer = make(
            TABLE, "SELECT numero AS number, echeance AS due, ttc AS amount, note FROM piece ORDER BY 1"
        ).ask()
        assert answer.headings == ("number", "due", "amount", "note")
        assert [row[:2] for row in answer.rows] == [("FA-1", "2026-03-31"), ("FA-2", "2026-02-28")]
        assert [float(row[2]) for row in answer.rows] == [1200.5, 80]
        assert [row[3] for row in answer.rows] == ["Pose d'un luminaire; à l'étage", ""]

    def test_it_is_as_of_an_instant_that_has_passed(self, make: Make) -> None:
        answer = make(TABLE, "SELECT numero FROM piece").ask()
        assert answer.at.tzinfo is not None
        assert answer.at <= datetime.now(UTC)

    def test_asking_again_gives_the_same(self, make: Make) -> None:
        query = make(TABLE, "SELECT numero FROM piece ORDER BY numero")
        assert query.ask().rows == query.ask().rows == (("FA-1",), ("FA-2",))

    @pytest.mark.parametrize(
        "select",
        [
            "SELECT nothing FROM piece",
            "SELECT 1 FROM nowhere",
            "DELETE FROM piece RETURNING numero",
            "no SQL",
        ],
    )
    def test_what_is_no_select_of_this_database_is_told_and_changes_nothing(self, make: Make, select: str) -> None:
        with pytest.raises(QueryFailed, match=r"does not answer the query"):
            make(TABLE, select).ask()
        assert len(make("", "SELECT numero FROM piece").ask().rows) == 2

    def test_a_query_without_end_is_ended(self, make: Make) -> None:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        with pytest.raises(QueryFailed):
            make(TABLE, endless).ask()

    def test_more_rows_than_allowed_are_refused(self, make: Make) -> None:
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200002) SELECT i FROM n"
        with pytest.raises(QueryFailed, match="more than 200000 rows"):
            make(TABLE, many).ask()
