"""What the eye sees of names and email domains, to find those that only look the same.

A trigger sets the columns, so the rows that the previous release writes have them as well.
"""

from collections.abc import Sequence

from migrations.steps import briefly, build_index, drop_index, in_batches

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("initial_applications", "centres")
# As in `app/domain/look_alikes.py` on the day of this migration.
_LETTERS = (
    "\u00f0\u00f8\u0111\u0127\u0131\u0142\u0167\u0180\u0183\u0185\u018c\u018d\u0192\u0199\u019a\u019e"
    "\u01a5\u01a8\u01ad\u01b4\u01b6\u01bb\u01bd\u01c0\u01e5\u021d\u0223\u0225\u023c\u0247\u0249\u024d"
    "\u024f\u0251\u0253\u0256\u0257\u025c\u0260\u0261\u0263\u0266\u0268\u0269\u026a\u026b\u026d\u026f"
    "\u0272\u0273\u0275\u027c\u027d\u0280\u0282\u0288\u0289\u028b\u028f\u0290\u0292\u029d\u02a0\u03b1"
    "\u03b2\u03b3\u03b5\u03b6\u03b7\u03b8\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c3\u03c4\u03c5\u03c7"
    "\u03dd\u03e9\u03f3\u03fb\u0430\u0431\u0432\u0433\u0435\u0437\u043a\u043c\u043d\u043e\u0440\u0441"
    "\u0442\u0443\u0445\u044c\u0455\u0456\u0458\u045b\u0461\u0463\u0473\u0475\u047d\u048d\u0493\u0499"
    "\u049b\u049f\u04a3\u04ab\u04ad\u04af\u04b1\u04b3\u04bb\u04bd\u04bf\u04c8\u04ca\u04ce\u04cf\u04e1"
    "\u04e9\u0501\u050d\u051b\u051d\u0561\u0563\u0566\u0570\u0578\u057c\u057d\u057f\u0581\u0584\u0585"
    "\u06f1\u06f5\u06f7\u0966\u09e6\u09ea\u09ed\u0a66\u0a67\u0a6a\u0ae6\u0b20\u0b66\u0b68\u0be6\u0c66"
    "\u0ce6\u0d20\u0d66\u0d6d\u0e50\u0ed0\u101d\u1040\u10e7\u10ff\u1200\u12d0\u13a0\u13a1\u13a2\u13a4"
    "\u13a5\u13a9\u13aa\u13ab\u13ac\u13b1\u13b3\u13b7\u13bb\u13bd\u13be\u13c0\u13c2\u13c3\u13cc\u13ce"
    "\u13cf\u13d2\u13d4\u13d5\u13d9\u13da\u13de\u13df\u13e2\u13e6\u13e7\u13eb\u13ee\u13f2\u13f3\u13f4"
    "\u142f\u144c\u146d\u146f\u1472\u1473\u148d\u14aa\u14bf\u1541\u157c\u157d\u1587\u15af\u15b4\u15c5"
    "\u15de\u15ea\u15f0\u15f7\u1646\u16b7\u16c1\u16d5\u16d6\u18d6\u18f3\u18f4\u1d04\u1d0f\u1d11\u1d1c"
    "\u1d20\u1d21\u1d22\u1d26\u1d6e\u1d70\u1d72\u1d74\u1d75\u1d76\u1d7b\u1d7c\u1d7d\u1d7e\u1d83\u1d8c"
    "\u1e9d\u1eff\u2780\u2781\u2782\u2783\u2784\u2785\u2786\u2787\u2788\u2c66\u2c68\u2c6a\u2c85\u2c8f"
    "\u2c93\u2c95\u2c99\u2c9b\u2c9f\u2ca3\u2ca5\u2ca7\u2ca9\u2cad\u2ccb\u2ccd\u2cd1\u2cd3\u2d31\u2d38"
    "\u2d39\u2d41\u2d4f\u2d54\u2d55\u2d5d\u3007\ua4d0\ua4d1\ua4d2\ua4d3\ua4d4\ua4d6\ua4d7\ua4d9\ua4da"
    "\ua4dc\ua4dd\ua4df\ua4e0\ua4e1\ua4e2\ua4e3\ua4e6\ua4e7\ua4ea\ua4eb\ua4ec\ua4ee\ua4f0\ua4f2\ua4f3"
    "\ua4f4\ua645\ua647\ua695\ua6df\ua6ef\ua731\ua741\ua74b\ua75b\ua761\ua76b\ua76f\ua799\ua79f\ua7b5"
    "\uab32\uab35\uab3d\uab3e\uab47\uab48\uab4e\uab51\uab52\uab53\uab5a"
)
_LOOK_LIKE = (
    "dodhiltbbbdgfklnp2tyz2slg38zcejryabdd3ggyhiiillwnnorrrstuuyz3jqabyeznoikmvopotuxf2jma6bre3kmhopc"
    "tyxbsijhwbovwbr3kkhctyyxheehhmi3odgqwwqqhnnusgfolovoo89o98ooo9ooooo9ooooyouodrtoiyajerwmhyoghzu4"
    "brwsvslcpkdo6hgbvupdbbjl2xhxrbfaddmbzxlkmplrcoouvwzrfnrstziipugyfy123456789thkrhlkmnopctyx93l6ov"
    "eoloqxobpddtgkjczfmnlsrvhwxyaelou2ihv2sko2w39fubefoorrumuxy"
)


def _look(column: str) -> str:
    return f"replace(translate({column}, '{_LETTERS}i10', '{_LOOK_LIKE}llo'), 'rn', 'm')"


def upgrade() -> None:
    """Add the columns, the trigger and the indexes, and fill the rows that there are."""
    for table in _TABLES:
        briefly(
            f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS name_look text, "
            "ADD COLUMN IF NOT EXISTS email_domain_look text"
        )
    briefly(
        "CREATE OR REPLACE FUNCTION set_looks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"NEW.name_look := {_look('NEW.name_key')}; NEW.email_domain_look := {_look('NEW.email_domain')}; "
        "RETURN NEW; END $$"
    )
    for table in _TABLES:
        briefly(
            f"CREATE OR REPLACE TRIGGER {table}_looks BEFORE INSERT OR UPDATE OF name_key, email_domain, name_look, "
            f"email_domain_look ON {table} FOR EACH ROW EXECUTE FUNCTION set_looks()"
        )
        in_batches(
            table,
            f"UPDATE {table} SET name_look = {_look('name_key')}, email_domain_look = {_look('email_domain')} "
            "WHERE id = ANY(:ids)",
            where="name_look IS NULL",
        )
        build_index(f"ix_{table}_name_look", table, "name_look")
        build_index(f"ix_{table}_email_domain_look", table, "email_domain_look")
        build_index(f"ix_{table}_idna", table, "id", where="email_domain LIKE '%xn--%'")


def downgrade() -> None:
    """Drop them."""
    for table in _TABLES:
        for index in ("name_look", "email_domain_look", "idna"):
            drop_index(f"ix_{table}_{index}")
        briefly(f"DROP TRIGGER {table}_looks ON {table}")
        briefly(f"ALTER TABLE {table} DROP COLUMN name_look, DROP COLUMN email_domain_look")
    briefly("DROP FUNCTION set_looks()")
