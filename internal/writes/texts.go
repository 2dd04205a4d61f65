package writes

import (
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people and programs are told of writes, every sentence of it.

func nothingHasName(err error, row int, field, store, what, name string) error {
	return problem.Wrap(problem.InputInvalid, err, "row %d: %s: %s has %s %q; nothing was accepted",
		row+1, field, store, what, name).
		Next("Correct it, or give the number of the record as id").
		Detail("row", strconv.Itoa(row+1)).Detail(field, name)
}

func severalHaveName(err error, row int, field string, several *outbox.Several, store, update, name string) error {
	return problem.Wrap(problem.InputInvalid, err, "row %d: %s: %v in %s; nothing was accepted", row+1, field, several,
		store).
		Next("Give the number of the one that is meant: %s, or in a file a column id in place of %s",
			update, field).
		Detail("row", strconv.Itoa(row+1)).Detail(field, name)
}

func recordMissing(err error, missing *outbox.Missing) error {
	return problem.Wrap(problem.RecordNotFound, err, "%s; nothing was accepted", missing.Error()).
		Detail("index", fmt.Sprint(missing.Index)).Detail("record", missing.Ref.String()).
		Next("Look for the right number in the shop or in the mirror")
}

func writeInvalid(err error, invalid *outbox.Invalid) *problem.Problem {
	return problem.Wrap(problem.InputInvalid, err, "%s; nothing was accepted", invalid.Error()).
		Next("Correct the named field and try again")
}

func keyReused(err error, reused *outbox.KeyReused, next string) error {
	return problem.Wrap(problem.IdempotencyKeyReused, err, "%s; nothing was accepted", reused.Error()).
		Detail("idempotency_key", reused.Key).Detail("first", reused.First.ID).
		Detail("state", string(reused.First.State)).Detail("index", fmt.Sprint(reused.Index)).
		Next(next, reused.First.ID)
}

func notWaitingAnyMore(err error, notWaiting *outbox.NotWaiting, id string) error {
	return problem.Wrap(problem.Usage, err, "%s", notWaiting.Error()).
		Next("See it: waybill outbox show %s", id)
}

func notDone(code problem.Code, id string, state storage.WriteState, message string) *problem.Problem {
	return problem.New(code, "the write %s is %s: %s", id, state, message)
}

func storePaused(name string) error {
	return problem.New(problem.StorePaused, "the store %s is paused, so nothing is sent to it", name).
		Next("Resume it: waybill stores resume %s", name)
}

func writeNotFound(id string) error {
	return problem.New(problem.RecordNotFound, "there is no write %q in the outbox", id).
		Next("List them: waybill outbox list")
}
