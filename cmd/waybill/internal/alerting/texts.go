package alerting

import (
	"strconv"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/problems"
	"github.com/waybillhq/waybill/internal/storage"
)

func noNumber(word string) error {
	return problem.New(problem.Usage, "%q is no number of a problem", word).
		Next("See which there are: waybill problems")
}

// commandFor is the command that helps with a problem.
func commandFor(p storage.Problem) string {
	switch p.Kind {
	case problems.KindShop, problems.KindLate:
		return "Look closer: waybill doctor STORE"
	case problems.KindWrites:
		return "See them: waybill outbox list; decide about each: waybill outbox show WRITE"
	case problems.KindSubscription:
		return "See what the receiver answers: waybill subscriptions test NAME; go on: " +
			"waybill subscriptions resume NAME"
	case problems.KindDeliveries:
		return "Send them again: waybill subscriptions redeliver NAME --failed-since " + timeOf(p)
	case problems.KindWebhooks:
		return "Look closer: waybill stores show STORE"
	}
	return ""
}

func timeOf(p storage.Problem) string { return p.Since.UTC().Format("2006-01-02T15:04:05Z") }

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
