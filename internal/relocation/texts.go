package relocation

import (
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people about a move that does not continue.

func noMove() error {
	return problem.New(problem.MoveRefused, "no move of this data has begun").
		Next("Nothing has to be taken back.")
}

func notEmpty(name string) error {
	return problem.New(problem.MoveRefused, "the database %s is not empty", name).
		Next("Name one that holds nothing; two installations cannot be put together.")
}

func meantForAnother(m storage.Move) error {
	return problem.New(problem.MoveRefused, "this data is %s for %s, which is not the database named", m.State,
		m.Other).
		Next("Name that one in --to, or take the move back with --abandon while it has not ended.")
}

func processesWork(names []string) error {
	return problem.New(problem.MoveRefused, "processes work on the data: %s", strings.Join(names, ", ")).
		Next("Stop them, and try again a minute after one was killed.")
}

func differs(first string) error {
	return problem.New(problem.MoveDiffers, "the databases differ: %s", first).
		Next("The first one is whole and stays closed; open it again with --abandon, and report this.")
}
