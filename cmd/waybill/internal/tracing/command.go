package tracing

import (
	"fmt"

	"github.com/waybillhq/waybill/internal/trace"
)

// command is the command that does what a remedy says.
func command(r trace.Remedy) string {
	switch r.Do {
	case trace.ResumeStore:
		return "waybill stores resume " + r.Store
	case trace.SyncStore:
		return "waybill sync " + r.Store + " --once"
	case trace.ExamineStore:
		return "waybill doctor " + r.Store
	case trace.VerifyOrders:
		return "waybill verify " + r.Store + " --resource orders"
	case trace.CheckWebhooks:
		return "waybill serve"
	case trace.Fetch:
		return fmt.Sprintf("waybill fetch %s orders %d", r.Store, r.Order)
	case trace.ReadOn:
		return "waybill changes --as " + r.Consumer
	case trace.ResumeSubscription:
		return "waybill subscriptions resume " + r.Subscription
	case trace.TestSubscription:
		return "waybill subscriptions test " + r.Subscription
	case trace.Redeliver:
		return fmt.Sprintf("waybill subscriptions redeliver %s --store %s --id %d", r.Subscription, r.Store, r.Order)
	case trace.SeeWrite:
		return "waybill outbox show " + r.Write
	}
	return string(r.Do)
}
