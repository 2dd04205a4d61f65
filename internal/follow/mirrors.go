package follow

import (
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/mirror"
)

// Watch is told how work goes on. It must return quickly; nil is told nothing.
type Watch func(mirror.Progress)

// since adds what earlier steps of the same sync did, so that the numbers a person sees only grow. The report changes
// between steps only.
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

// of makes a Mirror that tells watch.
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

// mirrorInFlight is more requests than any pace lets through, so that the pace decides how many there are.
const mirrorInFlight = 24
