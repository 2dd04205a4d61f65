package follow

import (
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
)

// Watch is called with the progress of work. It must return quickly; nil is not called.
type Watch func(mirror.Progress)

// since returns a Watch that adds what earlier steps of the same sync did, so that the numbers a person sees only grow.
// The report changes only between steps.
func (w Watch) since(report *Report) Watch {
	if w == nil {
		return nil
	}
	return func(p mirror.Progress) {
		p.Requests += report.Requests
		p.Changes += report.Applied.Changes()
		w(p)
	}
}

// mirrors makes Mirrors of one database.
type mirrors struct {
	ledger *ledger.Ledger
	opts   Options
}

// of makes a Mirror that reports its progress to watch.
func (m mirrors) of(watch Watch) *mirror.Mirror {
	opts := mirror.Options{
		InFlight: mirrorInFlight, Now: m.opts.Now, Log: m.opts.Logger,
		Schedule: m.opts.Sync.Schedule(), Notes: mirror.Extent(m.opts.Sync.Notes),
		Fulfillments:        mirror.Extent(m.opts.Sync.Fulfillments),
		LeaveCheckoutDrafts: !m.opts.Sync.CheckoutDrafts,
	}
	if watch != nil {
		opts.Observe = watch
	}
	return mirror.New(m.ledger, opts)
}

// mirrorInFlight is more requests than any pace allows, so that only the pace limits them.
const mirrorInFlight = 24
