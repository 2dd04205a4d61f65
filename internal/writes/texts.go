package writes

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people and programs about writes.

// nothingAccepted ends the message of a refusal.
const nothingAccepted = "; nothing was accepted"

func nothingHasName(err error, field, store, what, name string) error {
	return problem.Wrap(problem.InputInvalid, err, "%s: %s has %s %q"+nothingAccepted, field, store, what, name).
		Next("Correct it, or give the number of the record as id").Detail(field, name)
}

func severalHaveName(err error, field string, several *outbox.Several, store, update, name string) error {
	return problem.Wrap(problem.InputInvalid, err, "%s: %v in %s"+nothingAccepted, field, several, store).
		Next("Give the number of the one that is meant: %s, or in a file a column id in place of %s", update, field).
		Detail(field, name)
}

func rowsRefused(all []*problem.Problem) *problem.Problem {
	return problem.Together(fmt.Sprintf("%d rows cannot be taken%s:", len(all), nothingAccepted), all)
}

func writesRefused(all []*problem.Problem) *problem.Problem {
	return problem.Together(fmt.Sprintf("%d writes cannot be taken%s:", len(all), nothingAccepted), all)
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

// Words that are to name an order. Nothing is accepted after any of these; all say how to name it without a question.

func sayWhich(p *problem.Problem, order namedOrder, st storage.Store, first string) error {
	return p.Next(first+"Say which is meant: --id for an id, --number for a number that the mirror of %s knows "+
		"(by=id, by=number in the API; a column id in a file)", st.Name).Detail("order", order.word)
}

// notAsked says that a store could not be asked about a word. Of the error the class stays: a store that is down may be
// asked again.
func notAsked(order namedOrder, st storage.Store, err error) error {
	code, why := problem.StoreUnreachable, err.Error()
	if cause := problem.From(shop.Explain(err)); cause != nil {
		code, why = cause.Code, cause.Message
	}
	return sayWhich(problem.Wrap(code, err,
		"the store could not be asked whether %s is an order's id or its number: %s", order.word, why), order, st, "")
}

// numberMoved says that the order that the mirror knows by a number has another one now.
func numberMoved(order namedOrder, number string, st storage.Store) error {
	return sayWhich(problem.New(problem.InputInvalid,
		"the number %s was that of orders/%d, which has the number %s in %s now",
		order.word, order.id, number, st.Name), order, st,
		fmt.Sprintf("Bring the mirror up to date: waybill sync %s --once. ", st.Name))
}

// numbersChanged says that the mirror is no help: the shop shows other numbers than it did.
func numbersChanged(order namedOrder, st storage.Store) error {
	return sayWhich(problem.New(problem.InputInvalid,
		"%s gives its orders other numbers than the mirror knows, so that %s may be another order's number than the id",
		st.Name, order.word), order, st, fmt.Sprintf("Bring the mirror up to date: waybill sync %s --once. ", st.Name))
}

// numbersUnknown says that a shop has numbers of its own for its orders, and that the mirror lacks some.
func numbersUnknown(order namedOrder, st storage.Store) error {
	return sayWhich(problem.New(problem.InputInvalid,
		"%s gives its orders numbers that are not their ids, and the mirror does not hold all of them, so that %s may "+
			"be one order's id and another's number", st.Name, order.word), order, st,
		fmt.Sprintf("Copy the shop: waybill sync %s --once. ", st.Name))
}

func goneSinceMade(w outbox.Write) error {
	next := "To make it anew: --again, or another idempotency key"
	if w.Action == outbox.Update {
		next = "Look which record is meant, and give the update of that one another idempotency key"
	}
	return problem.New(problem.RecordNotFound, "%s; the same was asked for before, so nothing was sent",
		w.Reason.Message).
		Next("See the write: waybill outbox show %s. %s", w.ID, next).
		Detail("write", w.ID).Detail("record", w.Ref().String())
}

func saidOtherwise(w outbox.Write, member string, before said, value json.RawMessage) *problem.Problem {
	return problem.New(problem.InputInvalid, "%s is to have %s %s, and %s in row %d%s", w.Ref(), member, value,
		before.value, before.row.Row, nothingAccepted).
		Next("Leave one of the two rows out, or write both values into one, such as two tracking numbers with a comma "+
			"between").
		Detail("member", member)
}
