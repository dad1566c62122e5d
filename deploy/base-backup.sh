#!/bin/sh
# Make a base backup of the PostgreSQL server in BACKUPS, and remove those of more than KEEP_DAYS days except the newest.
# libpq's variables (PGHOST, PGUSER, PGPASSFILE) name the server; without them, the one on this machine.
#
# A backup that is verified gets its final name. The WAL archive brings it to any later moment; its files
# from before the oldest backup that is kept can go.
set -eu
: "${BACKUPS:?the folder for base backups}"
keep=${KEEP_DAYS:-30}
name=base-$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$BACKUPS"
rm -rf "$BACKUPS"/.new-*
pg_basebackup --pgdata="$BACKUPS/.new-$name" --wal-method=stream --checkpoint=fast
pg_verifybackup --quiet "$BACKUPS/.new-$name"
sync
mv "$BACKUPS/.new-$name" "$BACKUPS/$name"
find "$BACKUPS" -maxdepth 1 -name 'base-*' ! -name "$name" -mtime "+$keep" -exec rm -rf {} +
echo "$BACKUPS/$name"
