-- What a PostgreSQL (15 or newer) needs before `thidua migrate`: the owner of the schemas, the two roles that serve and
-- own nothing, and a database for each service. For psql, as a superuser; doing it again changes nothing:
--
--   OWNER_PASSWORD=… RUNTIME_PASSWORD=… SYSTEM_PASSWORD=… psql --file databases.sql
--
-- No role may create roles or databases, and only who is named here may connect.

\set ON_ERROR_STOP on
-- Passwords go to no log.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;

\getenv owner_password OWNER_PASSWORD
\getenv runtime_password RUNTIME_PASSWORD
\getenv system_password SYSTEM_PASSWORD

SELECT format(
    'CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L', wanted.name, wanted.password)
FROM (VALUES
    ('thidua_owner', :'owner_password'),
    ('thidua_runtime', :'runtime_password'),
    ('thidua_system', :'system_password')
) AS wanted (name, password)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name)
\gexec

SELECT format('CREATE DATABASE %I OWNER thidua_owner TEMPLATE template0 ENCODING ''UTF8''', wanted.name)
FROM (VALUES
    ('thidua_organizations'),
    ('thidua_competition'),
    ('thidua_scoring'),
    ('thidua_notifications')
) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = wanted.name)
\gexec

SELECT format(statement, datname)
FROM pg_database, (VALUES
    ('REVOKE ALL ON DATABASE %I FROM PUBLIC'),
    ('GRANT CONNECT ON DATABASE %I TO thidua_runtime, thidua_system')
) AS wanted (statement)
WHERE datname IN ('thidua_organizations', 'thidua_competition', 'thidua_scoring', 'thidua_notifications')
\gexec
