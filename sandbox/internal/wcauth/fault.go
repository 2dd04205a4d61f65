package wcauth

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// HandoverFault is what happens to keys on their way to an application.
type HandoverFault string

// The ways in which handing a key over fails on real stores.
const (
	Handed HandoverFault = ""
	// Unsent: the host lets no request out. The owner of the shop sees why, the application nothing.
	Unsent HandoverFault = "unsent"
	// AnswerLost: the application has the key, and something on the way answers 502 in the application's place.
	AnswerLost HandoverFault = "answer-lost"
	// AnsweredElsewhere: something before the application answers 200, and the application does not get the key.
	AnsweredElsewhere HandoverFault = "answered-elsewhere"
	// NotKept: the database takes no new key. WooCommerce hands the key over all the same, as number 0.
	NotKept HandoverFault = "not-kept"
	// Twice: something on the way sends the request again after it was answered.
	Twice HandoverFault = "twice"
)

//nolint:staticcheck,revive // WordPress's own words
var errUnsent = errors.New("cURL error 28: Connection timed out after 10000 milliseconds")

// handOver hands a key over, unless a fault happens to it.
func (v *visit) handOver(ctx context.Context, key *identity.Key) error {
	switch v.fault() {
	case Unsent:
		return errUnsent
	case AnsweredElsewhere:
		return nil
	case AnswerLost:
		_ = v.hand(ctx, key) // the application's answer is not seen
		return errUndelivered
	case Twice:
		if err := v.hand(ctx, key); err != nil {
			return err
		}
		_ = v.hand(ctx, key) // the first answer counts
		return nil
	}
	return v.hand(ctx, key)
}

func (v *visit) fault() HandoverFault {
	if v.config.Fault == nil {
		return Handed
	}
	return v.config.Fault()
}
