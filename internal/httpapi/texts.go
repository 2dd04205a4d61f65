package httpapi

import (
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for programs about requests that cannot be answered.

func noNetwork(word string, entry int) error {
	return problem.New(problem.InputInvalid, "%q is no network", word).
		Next("Write it as 10.20.0.0/16, 2001:db8::/32 or 192.0.2.7").
		Detail("body.networks["+strconv.Itoa(entry)+"]", "is no network")
}

func notInGroup(store, group string) *problem.Problem {
	return problem.New(problem.StoreNotFound, "there is no store %q in the group %s", store, group)
}

func noRecordsCalled(word, known string) error {
	return problem.New(problem.InputInvalid, "there are no records called %q", word).
		Next("There are: %s", known).Detail("query.resource", "is not known")
}

func tooMuchToVerify(store string, within time.Duration) error {
	return problem.New(problem.StoreFailed, "%s could not be compared with its mirror within %s", store, within).
		Next("Compare it in parts, with resources. Or on the machine itself: waybill verify %s", store)
}

func methodNotAllowed(method, allowed string) error {
	return problem.New(problem.MethodNotAllowed, "%s cannot be asked of this address", method).
		Next("It can be asked by: %s", allowed)
}

func nothingHere(instead string) error {
	return problem.New(problem.RouteNotFound, "there is nothing at this address").
		Next("%s", instead)
}

func addressUnknown(err error) error {
	return problem.Wrap(problem.AddressRefused, err, "the address of the request is not known")
}

func proxyNamesNoAddress() error {
	return problem.New(problem.AddressRefused, "a proxy names an address that is none").
		Next("Let the proxy set X-Forwarded-For to addresses")
}

func cursorOfAnotherList() error {
	return problem.New(problem.InputInvalid, "the cursor is none of this list").
		Next("Take next_cursor of the page before").Detail("query.cursor", "is not of this list")
}

func tooMany(perMinute, wait int) error {
	return problem.New(problem.TooManyRequests, "more than %d requests a minute", perMinute).
		Next("Ask again in %d s; serve.rate sets the limit", max(wait, 1))
}

func tooManyWaiting(atOnce int) error {
	return problem.New(problem.TooManyRequests, "%d requests of the token wait or stream already", atOnce).
		Next("End some of them: one stream shows the changes of all stores")
}

func writeNotFound(id, store string) error {
	return problem.New(problem.RecordNotFound, "there is no write %q to %s", id, store).
		Next("GET /v1/stores/%s/writes lists those that there are", store)
}

func adoptNeedsRecord() error {
	return problem.New(problem.InputInvalid, "adopt needs the record").Detail("body.record_id", "is missing")
}

func unexpected() *problem.Problem {
	return problem.New(problem.Internal, "something failed that should not").
		Next("Report it with the id of the request")
}

func givenUp() *problem.Problem {
	return problem.New(problem.Interrupted, "the request took too long, or was given up").
		Next("Nothing is lost: what was accepted goes on. Ask again")
}

func resourceNotFound(resource, known string) error {
	return problem.New(problem.RecordNotFound, "there are no records called %q", resource).
		Next("There are: %s", known)
}

func notFoundBy(resource storage.Resource, name string) error {
	return problem.New(problem.InputInvalid, "%s are not found by %s", resource, name).
		Detail("query."+name, "is not for "+string(resource))
}

func cursorOfAnotherOrder() error {
	return problem.New(problem.InputInvalid, "the cursor is none of this list").
		Next("Take next_cursor of the page before, with the same order").Detail("query.cursor", "is not of this list")
}

func storeNotFound(name string) error {
	return problem.New(problem.StoreNotFound, "there is no store %q", name).
		Next("GET /v1/stores lists those that there are")
}

func storeExists() error {
	return problem.New(problem.StoreExists, "this shop, or a store of this name, is connected already").
		Next("GET /v1/stores lists those that there are; each shop is connected once")
}

func scopesRefused(err error) error {
	return problem.Wrap(problem.InputInvalid, err, "scopes: %v", err).Detail("body.scopes", err.Error())
}

func storePaused(name string) error {
	return problem.New(problem.StorePaused, "the store %s is paused", name).
		Next("Resume it first: POST /v1/stores/%s/resume", name)
}

func lossNeedsWaiting() error {
	return problem.New(problem.InputInvalid, "a loss is accepted by a sync that is waited for").
		Next("Send Prefer: wait=50 with it")
}

func streamParameterUnknown(name string) error {
	return problem.New(problem.InputInvalid, "the stream knows no parameter %q", name).
		Detail("query."+name, "is not known")
}

func noChangeNumber(after string) error {
	return problem.New(problem.InputInvalid, "%q is no number of a change", after).
		Detail("query.after", "must be a number")
}

func oneReceiver() error {
	return problem.New(problem.InputInvalid, "say who has the records: a subscription or a consumer").
		Next("GET /v1/subscriptions and GET /v1/consumers list those that there are").
		Detail("body.subscription", "is needed, or body.consumer, and not both")
}

func eventOfAnother(entry int) error {
	return problem.New(problem.InputInvalid, "the event is none of the subscription that is named").
		Next("Name the subscription that the event was sent for").Detail(inReceipt(entry)+".event", "is another one's")
}

func receiptNamesNothing(entry int) error {
	return problem.New(problem.InputInvalid, "a receipt names one record: by its id, by the number of an order, or by "+
		"the id of an event").Detail(inReceipt(entry), "needs one of id, number and event")
}

func receiptsOfNobody() error {
	return problem.New(problem.InputInvalid, "say of whom, or of what record").
		Next("Give subscription or consumer; or reference; or store and id")
}

func noRecordNumber(record string) error {
	return problem.New(problem.InputInvalid, "%q is no number of a record", record).
		Detail("path.id", "must be a number")
}

func stockRefused(err error) error {
	return problem.Wrap(problem.InputInvalid, err, "stock: %v", err)
}

func stockLacks(entry int, field string) error {
	return problem.New(problem.InputInvalid, "stock: entry %d has no %s", entry, field).
		Detail("body.stock["+strconv.Itoa(entry-1)+"]."+field, "is missing")
}

func writeRefused(err error, entry int) error {
	return problem.Wrap(problem.InputInvalid, err, "%v", err).
		Detail("body.writes["+strconv.Itoa(entry)+"].resource", "is not known")
}

func keyMissingOfEach() error {
	return problem.New(problem.IdempotencyKeyMissing, "repeated, this request would be done twice").
		Next("Send the header Idempotency-Key, or a member idempotency_key in each write")
}

func keyMissing() error {
	return problem.New(problem.IdempotencyKeyMissing, "repeated, this request would be done twice").
		Next("Send a key of your own in the header Idempotency-Key, such as your number of the order")
}

func versionChanged(w *outbox.Write, now string) error {
	return problem.New(problem.PreconditionFailed, "%s is not the version that If-Match names any more", w.Ref()).
		Next("Read it again and decide with what it is now").Detail("etag", now)
}

// inReceipt returns the place of a receipt in the body of a request.
func inReceipt(entry int) string { return "body.receipts[" + strconv.Itoa(entry) + "]" }

func nothingToFetch() error {
	return problem.New(problem.InputInvalid, "nothing says which records to fetch").
		Next("Give store and ids; orders, products, customers and coupons can be fetched").
		Detail("body.ids", "are needed")
}

func nothingToRedo() error {
	return problem.New(problem.InputInvalid, "nothing says what to send again").
		Next("Give ids with their store, after and to, since, failed_since, or overdue").Detail("body.ids", "are needed")
}

func redeliverToWhom() error {
	return problem.New(problem.InputInvalid, "nothing says whom to send what is missing to").
		Next("Name a subscription").Detail("body.subscription", "is needed")
}

func oneList() error {
	return problem.New(problem.InputInvalid, "give one list").Next("Give orders, csv or url, and only one of them").
		Detail("body.orders", "is needed, or csv, or url")
}
