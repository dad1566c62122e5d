#!/bin/sh
# Run `python -m app WORDS` with the secrets that systemd handed over as the credential folder `secrets`. Only `migrate`
# is the owner of the tables; the other commands act as the worker.
set -eu
if [ "${1:-}" = migrate ]; then
	export DATABASE_USER=centre
	password=database_password
else
	export DATABASE_USER=centre_recognition_worker
	password=database_worker_password
fi
for file in "$CREDENTIALS_DIRECTORY"/secrets_*; do
	case "${file##*/secrets_}" in
	"$password") export DATABASE_PASSWORD_FILE="$file" ;;
	secret_key) export SECRET_KEY_FILE="$file" ;;
	metrics_token) export METRICS_TOKEN_FILE="$file" ;;
	admin_password) export ADMIN_PASSWORD_FILE="$file" ;;
	smtp_password) export SMTP__PASSWORD_FILE="$file" ;;
	s3_access_key_id) export S3__ACCESS_KEY_ID_FILE="$file" ;;
	s3_secret_access_key) export S3__SECRET_ACCESS_KEY_FILE="$file" ;;
	esac
done
exec .venv/bin/python -m app "$@"
