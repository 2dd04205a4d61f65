package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// The codes of PostgreSQL's errors that this package distinguishes (PostgreSQL's documentation, appendix "PostgreSQL
// Error Codes").
const (
	uniqueViolation      = "23505"
	foreignKeyViolation  = "23503"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014"
	invalidPassword      = "28P01"
	invalidAuthorization = "28000"
	undefinedTable       = "42P01"
	unknownDatabase      = "3D000"
	insufficientRights   = "42501"
)

// passing are the beginnings of error codes that pass by themselves: broken connections, a server that starts, stops,
// has no room or is under maintenance, and transactions that conflict.
var passing = []string{"08", "53", "55000", "57P", "25P03", serializationFailure, deadlockDetected, lockNotAvailable}

// Passes says whether an error of the database passes by itself, so that the caller may try again later. Whether the
// transaction was kept is not known. A caller that must not act twice has to find out, as after a kill.
func Passes(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if coded, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(passing, func(begin string) bool { return strings.HasPrefix(coded.Code, begin) })
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// undone says that the server undid a transaction because it conflicted with another one. The transaction may run again
// at once.
func undone(err error) bool {
	coded, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (coded.Code == serializationFailure || coded.Code == deadlockDetected)
}

// told marks errors that pass as storage.ErrUnavailable. Other errors stay as they are.
func told(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return storage.ErrNotFound
	case Passes(err) && !errors.Is(err, storage.ErrUnavailable):
		return fmt.Errorf("%w: %w", storage.ErrUnavailable, err)
	}
	return err
}

func isUnique(err error) bool {
	coded, ok := errors.AsType[*pgconn.PgError](err)
	return ok && coded.Code == uniqueViolation
}

// reason is the innermost cause in one line, because errors of pgx begin with the whole configuration of the
// connection.
func reason(err error) string {
	if coded, ok := errors.AsType[*pgconn.PgError](err); ok {
		return coded.Message
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return problem.Reason(op)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return problem.Reason(dns)
	}
	text := err.Error()
	if at := strings.LastIndex(text, ": "); at >= 0 {
		text = text[at+2:]
	}
	return strings.TrimSpace(text)
}

var errTooNew = errors.New("schema is newer than this program")

// named adds the name of what was not found to storage.ErrNotFound.
func named(err error, format string, args ...any) error {
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf(format+": %w", append(args, err)...)
	}
	return err
}
