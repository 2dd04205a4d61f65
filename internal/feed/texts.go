package feed

import (
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people and programs are told of consumers, subscriptions and deliveries, every sentence of it.

func noConsumerName(name string) error {
	return problem.New(problem.InputInvalid, "%q cannot be the name of a consumer", name).
		Next("Use letters, digits, dots, dashes and underscores, such as: erp")
}

func consumerExists(err error, name string) error {
	return problem.Wrap(problem.ConsumerExists, err, "there is a consumer %s already", name).
		Next("Go on with it, or choose another name")
}

func outsideLog(seq, last int64) error {
	return problem.New(problem.InputInvalid, "there is no change with the number %d; the last one has %d", seq, last).
		Next("Give the member last of a page that was read").Detail("seq", "is not within the log")
}

func deliveryNotFound(id string) *problem.Problem {
	return problem.New(problem.DeliveryNotFound, "there is no delivery %q", id).
		Next("See which there are: waybill deliveries list, GET /v1/deliveries. Old ones are forgotten")
}

func noKind(kind storage.Kind) error {
	return problem.New(problem.InputInvalid, "there are no changes of the kind %q", kind).
		Next("There are: created, updated, trashed, restored, deleted").Detail("kinds", "is not known")
}

func noMember(field string) error {
	return problem.New(problem.InputInvalid, "%q is no member of a record", field).
		Next("Write it as billing.email, or line_items.sku for that of each line").Detail("fields", "is not valid")
}

func tooManyFields() error {
	return problem.New(problem.InputInvalid, "there are more than %d fields", mostFields).
		Detail("fields", "are too many")
}

func fieldsOfThin() error {
	return problem.New(problem.InputInvalid, "a thin event has no record that fields could be taken from").
		Next("Leave one of the two out").Detail("fields", "cannot be used with thin")
}

func noSubscriptionName(name string) error {
	return problem.New(problem.InputInvalid, "%q cannot be the name of a subscription", name).
		Next("Use letters, digits, dots, dashes and underscores, such as: erp").Detail("name", "is not valid")
}

func subscriptionExists(err error, name string) error {
	return problem.Wrap(problem.SubscriptionExists, err, "there is a subscription %s already", name).
		Next("Choose another name, or remove the other one first")
}

func sinkNotAllowed(sink string) error {
	return problem.New(problem.InputInvalid, "receivers of the kind %s are for the people of this machine", sink).
		Next("Make it with: waybill subscriptions create").Detail("url", "is not allowed here")
}

func setForAnotherHost(member string) error {
	return problem.New(problem.InputInvalid, "what is kept as %s was set for another host", member).
		Next("Give it again with the new address, or take it away").Detail(member, "is needed with another host")
}

func notFound(name string) error {
	return problem.New(problem.ConsumerNotFound, "there is no consumer %q", name).
		Next("Make it: POST /v1/consumers. One that was silent for longer than it may be is forgotten")
}

func noSubscription(name string) error {
	return problem.New(problem.SubscriptionNotFound, "there is no subscription %q", name).
		Next("See which there are: waybill subscriptions list, GET /v1/subscriptions")
}
