package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people about a PostgreSQL database.

func tooNew(err error, where string) error {
	return problem.Wrap(problem.DataTooNew, err, "the database %s was written by a newer Waybill: %v", where, err).
		Next("Use that version or a newer one; this one leaves the database as it is.")
}

func notReached(err error, where string) error {
	return problem.Wrap(problem.DatabaseUnreachable, errors.Join(storage.ErrUnavailable, err),
		"the database %s cannot be reached: %s", where, reason(err)).
		Next("Check that PostgreSQL runs and that this machine may connect to it.")
}

func notLetIn(err error, where, message string) error {
	return problem.Wrap(problem.DataUnusable, err, "the database %s does not let us in: %s", where, message).
		Next("Check user and password in database.url, and the server's pg_hba.conf.")
}

func databaseMissing(err error, where, message string) error {
	return problem.Wrap(problem.DataUnusable, err, "%s: %s", where, message).
		Next("Make it: createdb, or CREATE DATABASE with a user who may.")
}

func rightMissing(err error, where, message string) error {
	return problem.Wrap(problem.DataUnusable, err, "the user of %s lacks a right: %s", where, message).
		Next("Let the user own the database, or give it CREATE on its schema.")
}

func notServing(err error, where string) error {
	return problem.Wrap(problem.DatabaseUnreachable, errors.Join(storage.ErrUnavailable, err),
		"the database %s does not serve: %s", where, reason(err)).
		Next("It passes by itself while the server starts or stops; look into its log where it does not.")
}

func notOpened(err error, where string) error {
	return problem.Wrap(problem.DataUnusable, err, "cannot open the database %s: %s", where, reason(err)).
		Next("Check the address in database.url.")
}

func addressUnusable() error {
	return problem.New(problem.ConfigInvalid, "the address of the database cannot be used").
		Next("It reads postgres://USER:PASSWORD@HOST:5432/DATABASE; characters such as @ or / in the password " +
			"are written as %%40 and %%2F.")
}

func functionActs(name string) error {
	return problem.New(problem.QueryRefused, "the function %s does more than read", name).
		Next("Ask without it; docs/schema.md lists tables and views.")
}

func namesInEscapes() error {
	return problem.New(problem.QueryRefused, "names that are written in escapes are refused").
		Next(`Write the name itself, without U&.`)
}

func questionTooLong(err error) error {
	return problem.Wrap(problem.QueryRefused, err, "the SQL statement took longer than %s and was ended",
		longestQuestion).
		Next("Ask for less at a time; the columns of records are faster than what is picked out of raw.")
}

func questionRefused(err error, message string) error {
	return problem.Wrap(problem.QueryRefused, err, "the SQL statement cannot be run: %s", message).
		Next("docs/schema.md lists tables, views and columns.")
}

// unusable explains why a database cannot be opened. where is the address without its password.
func unusable(where string, err error) error {
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		return p
	}
	if errors.Is(err, errTooNew) {
		return tooNew(err, where)
	}
	coded, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case coded == nil && Passes(err):
		return notReached(err, where)
	case coded != nil && (coded.Code == invalidPassword || coded.Code == invalidAuthorization):
		return notLetIn(err, where, coded.Message)
	case coded != nil && coded.Code == unknownDatabase:
		return databaseMissing(err, where, coded.Message)
	case coded != nil && coded.Code == insufficientRights:
		return rightMissing(err, where, coded.Message)
	case Passes(err):
		return notServing(err, where)
	}
	return notOpened(err, where)
}
