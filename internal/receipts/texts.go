package receipts

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people and programs are told of receipts, every sentence of it.

func noReference() string {
	return fmt.Sprintf("a reference has at most %d characters, and no line breaks", longestReference)
}

func notOneOrder(number string, n int) string {
	if n == 0 {
		return fmt.Sprintf("the mirror holds no order with the number %q", number)
	}
	return fmt.Sprintf("%d orders have the number %q: give the id", n, number)
}

func neverHeld(ref storage.Ref) string {
	return fmt.Sprintf("the mirror has never held %s", ref)
}

func neverSent(ref storage.Ref) string {
	return fmt.Sprintf("%s was never sent to this receiver; the receipt is kept", ref)
}

func receiverGone() error {
	return problem.New(problem.SubscriptionNotFound, "the receiver was removed meanwhile, and its receipts with it").
		Next("See which there are: waybill subscriptions list, GET /v1/subscriptions")
}

func noWithin(within time.Duration) error {
	return problem.New(problem.InputInvalid, "no receipt can be demanded within %s", within).
		Next("Give whole seconds, up to 30 days; 0 demands none").Detail("receipt_within", "is not valid")
}
