-- The roles that the API and the worker log in as: they own nothing, and row policies bind them. Run it as a role that
-- may create roles, before `python -m app migrate`, which gives them their rights. Repeat it to change the passwords.
--
--   API_PASSWORD=… WORKER_PASSWORD=… psql -d centre -f deploy/roles.sql
\set ON_ERROR_STOP on
\getenv api_password API_PASSWORD
\getenv worker_password WORKER_PASSWORD
SELECT 'CREATE ROLE ' || name || ' LOGIN' FROM unnest(ARRAY['centre_recognition_api', 'centre_recognition_worker']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE centre_recognition_api PASSWORD :'api_password';
ALTER ROLE centre_recognition_worker PASSWORD :'worker_password';
