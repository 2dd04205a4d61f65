package dashboard

import "github.com/waybillhq/waybill/internal/problem"

// What people are told of failures, every sentence of it.

func noSuchShop(name string) error {
	return problem.New(problem.StoreNotFound, "there is no shop called %q", name).
		Next("The overview lists the shops")
}

func shopPaused(name string) error {
	return problem.New(problem.StorePaused, "%s is paused, so it is not read", name).Next("Resume it first")
}

func noSuchOrder(word, store string) error {
	return problem.New(problem.RecordNotFound, "there is no order %q in %s", word, store).
		Next("Search for its number or for the customer's e-mail address")
}

func noteEmpty() error {
	return problem.New(problem.InputInvalid, "a note without words is not added").Next("Write something into it")
}

func amountEmpty() error {
	return problem.New(problem.InputInvalid, "a refund needs an amount").
		Next("Write it as the shop does, such as 12.50")
}

func nothingToSend() error {
	return problem.New(problem.RecordNotFound,
		"nothing of this order is in the log of changes, so nothing can be sent").
		Next("It is logged with its next change")
}

func noSuchWrite(id string) error {
	return problem.New(problem.RecordNotFound, "there is no write %q", id).
		Next("The list of writes shows those there are")
}

func bodyNoJSON() error {
	return problem.New(problem.InputInvalid, "what you changed is not JSON, so nothing was sent").
		Next("Mend it: names and texts stand in double quotes, with commas between")
}

func adoptNeedsRecord() error {
	return problem.New(problem.InputInvalid, "a record is named by its number").
		Next("Look it up in the shop: it is in the address of its page")
}

func noSuchChoice(word string) error {
	return problem.New(problem.InputInvalid, "%q is no decision about a write", word).Next("Use a button of its page")
}

func sinceUnreadable(text string) error {
	return problem.New(problem.InputInvalid, "%q is no time such as 2026-11-30T14:00", text).
		Next("Choose a day and a time")
}

func noPosition(word string) error {
	return problem.New(problem.InputInvalid, "%q is no number of a change", word).
		Next("The page of a shop lists the last changes")
}
