package httpapi

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/trace"
)

// asked puts requests of this API into the reason of a write: those by which a person can settle the write. A reason
// holds its remedies as data, and each interface words them in its own way.
func asked(w outbox.Write, store string) outbox.Write {
	if w.Reason == nil {
		return w
	}
	reason := *w.Reason
	reason.Message = outbox.Said(reason.Message, func(r outbox.Remedy) string {
		if r.Write == "" {
			r.Write = w.ID
		}
		return requestFor(r, store)
	})
	w.Reason = &reason
	return w
}

// requestFor returns the request that carries out a remedy, or says what to do where no request can.
func requestFor(r outbox.Remedy, store string) string {
	switch r.Do {
	case "examine":
		return fmt.Sprintf("POST /v1/stores/%s/diagnosis", store)
	case "role":
		return "a role of the key's user with " + r.Scope
	case "restore":
		return fmt.Sprintf("an update of %s/%d with the status %s", r.Resource, r.Record, r.Status)
	case "adopt":
		return fmt.Sprintf(`POST /v1/stores/%s/writes/%s/decision {"decision":"adopt","record_id":%d}`, store, r.Write,
			r.Record)
	}
	return fmt.Sprintf(`POST /v1/stores/%s/writes/%s/decision {"decision":%q}`, store, r.Write, r.Do)
}

// requestForTrace is the request that does what a remedy about a link of an order's way says.
func requestForTrace(r trace.Remedy) string {
	store := "POST /v1/stores/" + r.Store
	switch r.Do {
	case trace.ResumeStore:
		return store + "/resume"
	case trace.SyncStore:
		return store + "/sync"
	case trace.ExamineStore, trace.VerifyOrders: // a mirror is verified on the machine alone
		return store + "/diagnosis"
	case trace.CheckWebhooks:
		return store + "/inbox/check"
	case trace.Fetch:
		return fmt.Sprintf(`POST /v1/redo {"do":"fetch","store":%q,"ids":[%d]}`, r.Store, r.Order)
	case trace.ReadOn:
		return "GET /v1/consumers/" + r.Consumer + "/changes"
	case trace.ResumeSubscription:
		return "POST /v1/subscriptions/" + r.Subscription + "/resume"
	case trace.TestSubscription:
		return "POST /v1/subscriptions/" + r.Subscription + "/test"
	case trace.Redeliver:
		return fmt.Sprintf(`POST /v1/redo {"do":"redeliver","subscription":%q,"store":%q,"ids":[%d]}`, r.Subscription,
			r.Store, r.Order)
	case trace.SeeWrite:
		return "GET /v1/stores/" + r.Store + "/writes/" + r.Write
	}
	return string(r.Do)
}
