#!/bin/sh
# Write a random value for each secret that has none yet. Existing files are left alone, so it is safe to repeat.
#
#   deploy/make-secrets.sh [FOLDER]
#
# The folder is closed to everybody else. The files in it are open, because each container reads them as an account of
# its own.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"
for name in database_password database_api_password database_worker_password secret_key admin_password metrics_token \
    s3_access_key_id s3_secret_access_key smtp_password; do
	if [ ! -s "$folder/$name" ]; then
		# Hexadecimal needs no quoting anywhere.
		od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/$name"
		chmod 0444 "$folder/$name"
	fi
done
