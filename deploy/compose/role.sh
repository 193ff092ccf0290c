#!/bin/sh
# Runs once, when a PostgreSQL of compose is new: the service's own role and its database. The role
# owns the database and nothing else; nobody but it and the superuser may connect.
set -eu
psql --set ON_ERROR_STOP=1 --set role="$ARHAN_ROLE" --set password="$(cat /run/arhan/role_password)" \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres --quiet <<'SQL'
SET password_encryption = 'scram-sha-256';
SET log_statement = 'none';
CREATE ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE CONNECT, TEMPORARY ON DATABASE :"role", postgres, template1 FROM PUBLIC;
SQL
