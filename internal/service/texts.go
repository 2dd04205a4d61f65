package service

import (
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people are told when a process cannot start, or an installation cannot be kept, put back or moved.

func backedUpElsewhere() error {
	return problem.New(problem.Usage, "a PostgreSQL database is backed up by its own means").
		Next("Use pg_dump, or the server's archive; docs/operating.md says how it is put back.")
}

func directoryReadOnly(err error) error {
	return problem.Wrap(problem.DataUnusable, err, "the data directory cannot be written: %v", err).
		Next("Check that it belongs to you and that the disk is not full.")
}

func restoredIntoFile() error {
	return problem.New(problem.Usage, "a backup of a file is put back into a data directory").
		Next("Leave --database-url and WAYBILL_DATABASE_URL out; waybill migrate moves it there afterwards.")
}

func directoryNotMade(err error, dir string) error {
	return problem.Wrap(problem.DataUnusable, err, "the data directory %s cannot be made: %v", dir, err).
		Next("Choose another directory with --data")
}

func holdsDataAlready(dir string) error {
	return problem.New(problem.InputInvalid, "%s holds data already, and nothing is replaced", dir).
		Next("Name an empty directory with --data, or move that one away.")
}

func noBackup(err error, path string) error {
	return problem.Wrap(problem.InputInvalid, err, "%s is no backup, or is damaged", path).
		Next("Name a file that waybill backup has written; of several, try the one before.")
}

func madeMeanwhile(path string) error {
	return problem.New(problem.InputInvalid, "%s was made meanwhile, and nothing is replaced", path)
}

func fileNotWritten(err error, path string) error {
	return problem.Wrap(problem.DataUnusable, err, "%s cannot be written: %v", path, err)
}

func databaseNoBackup() error {
	return problem.New(problem.InputInvalid, "the file is a database and no backup that waybill has written").
		Next("If it is a copy made by other means, put it into the data directory and run: waybill restore " +
			"--already " +
			"TIME, with the time of the copy")
}

func processWorks(workers []storage.Worker) error {
	return problem.New(problem.MoveRefused, "a process works on the data: %s on %s (number %d)",
		workers[0].Role, workers[0].Host, workers[0].PID).
		Next("Stop it, and try again a minute after it was killed.")
}

func movedToItself() error {
	return problem.New(problem.Usage, "the data is there already").
		Next("Name another database in --to; what it moves from is the configured one.")
}

func cannotListen(err error, address string) error {
	return problem.Wrap(problem.ConfigInvalid, err, "cannot listen on %s: %s", address, problem.Reason(err)).
		Next("Choose another address with --listen, such as 127.0.0.1:9713")
}

func storeNotInGroup(store, group string) error {
	return problem.New(problem.StoreNotFound, "the store %s is not in the group %s", store, group).
		Next("Put it there: waybill groups add-store %s %s", group, store)
}
