"""`make bench`: N=1000000 for the real one, ONLY=lists,search for a part, FRESH=1 to load anew."""

from __future__ import annotations

import os
import sys

from bench import place


def main() -> None:
    if sys.argv[1:2] == ["grow"]:
        from bench import growing

        growing.main(sys.argv[2:])
        return
    appeals = int(os.environ.get("N") or 100_000)
    place.prepare(appeals)
    import django
    import psycopg2

    django.setup()
    from django.db import DatabaseError

    from bench import loading, measures
    from bench.client import Refused
    from bench.server import Server

    measures.read_all()
    loading.ensure(appeals, fresh=os.environ.get("FRESH", "") not in ("", "0"))
    if os.environ.get("ONLY") == "load":
        return
    wanted = measures.chosen(os.environ.get("ONLY", ""))
    if not wanted:
        raise SystemExit("No measure has such a name.")
    measures.make_pages()
    connection = place.connect()
    connection.autocommit = True
    server = Server(int(os.environ.get("PORT") or 0))
    results, failed = [], []
    try:
        run = measures.Bench(server, appeals, connection)
        for one in wanted:
            try:
                results.append(measures.take(one, run))
            except (Refused, StopIteration, OSError, psycopg2.Error, DatabaseError) as error:
                # The others are measured all the same.
                failed.append(f"{one.name}: {type(error).__name__} {error}"[:600])
                sys.stderr.write(f"{failed[-1]}\n")
                continue
            measures.keep(results[-1:])
            sys.stderr.write(f"{one.name}: {results[-1].p50_ms:.1f} ms\n")
    finally:
        server.stop()
        connection.close()
    measures.show(results)
    if failed:
        raise SystemExit("Not measured:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
