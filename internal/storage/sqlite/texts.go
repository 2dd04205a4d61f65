package sqlite

import (
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/filelock"
	"github.com/waybillhq/waybill/internal/problem"
)

// All messages for people about a database in a file.

func notOpenedDiskFull(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "cannot open the database %s: the disk is full (%v)", path, err).
		Next("Make room and run the same command again: nothing is lost.")
}

func notOpened(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "cannot open the database %s: %v", path, err).
		Next("Check that the directory belongs to you, is writable and has room, or choose another with --data.")
}

func tooNew(err error, path string) error {
	return problem.Wrap(problem.DataTooNew, err, "the database %s was written by a newer Waybill: %v", path, err).
		Next("Use that version or a newer one; this one leaves the file as it is.")
}

func noDatabase(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "%s is not a Waybill database", path).
		Next("Choose another directory with --data; the file was not touched. If it was one, it is damaged: put it " +
			"aside and restore the last backup with waybill restore FILE.")
}

func olderProcess(err error, path string) error {
	return problem.Wrap(problem.DataInUse, err,
		"the database %s was made by an older Waybill, which works on it now: it cannot be brought up to date",
		path).
		Next("Stop that process (systemctl stop, or Ctrl-C) and start it with this version. The first command of " +
			"this version then brings the database up to date.")
}

func questionRefused(err error, said string) error {
	return problem.Wrap(problem.QueryRefused, err, "the SQL statement cannot be run: %s", said).
		Next("Tables and views: waybill sql --tables. The columns of one: waybill sql --tables orders")
}

func notClosed(path string) error {
	return problem.New(problem.DataUnusable,
		"the last process did not close %s, and its last changes cannot be "+
			"read in a directory that may not be written", path).
		Next("Copy the whole directory to a place that you may write, and read it there.")
}

func damaged(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "the database %s is damaged: %v", path, err).
		Next("Put this file aside and restore the last backup: waybill restore FILE. docs/operating.md says how.")
}

func notWritten(err error, path, what string) error {
	return problem.Wrap(problem.DataUnusable, err, "the database %s cannot be written: %s (%v)", path, what, err).
		Next("Make room, or let the directory be written, and run the same command again: nothing is lost.")
}

func inUse(path, holder string) error {
	who := "another Waybill process"
	if _, err := strconv.Atoi(holder); err == nil {
		who = fmt.Sprintf("another Waybill process (number %s)", holder)
	}
	return problem.Wrap(problem.DataInUse, filelock.ErrLocked, "%s of another version works on the data behind %s", who,
		path).
		Next("Stop it, or choose another directory with --data. Commands that only read work meanwhile.").
		Detail("holder", holder)
}
