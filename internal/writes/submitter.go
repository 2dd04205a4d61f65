package writes

import (
	"context"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Submitter accepts writes and carries out what a person decides about them. It is safe for concurrent use.
type Submitter struct {
	view  *Viewer
	shops *shop.Shops
	box   *outbox.Outbox
	db    storage.Database
}

// NewSubmitter makes a Submitter of an outbox that may be changed and that its Viewer reads.
func NewSubmitter(view *Viewer, shops *shop.Shops, box *outbox.Outbox, db storage.Database) *Submitter {
	return &Submitter{view, shops, box, db}
}

// Submit accepts writes for a store. When it returns without an error, the writes are on disk and will be carried out
// exactly once, by this process or a later one. A write whose idempotency key was used before is returned as it was
// accepted then. Either all are accepted or none.
func (s *Submitter) Submit(ctx context.Context, st storage.Store, writes []outbox.Write) ([]outbox.Write, error) {
	if st.Paused {
		return nil, storePaused(st.Name)
	}
	client, err := s.shops.Of(st)
	if err != nil {
		return nil, err
	}
	writes = ofStore(st, writes)
	checked, err := s.box.Check(ctx, client, writes)
	if err != nil {
		return nil, explain(err)
	}
	if err := s.recognise(ctx, client, st, checked); err != nil {
		return nil, explain(err)
	}
	accepted, err := s.box.AcceptAll(ctx, checked)
	if err != nil {
		return nil, explain(err)
	}
	if err := s.goneSince(ctx, client, accepted); err != nil {
		return nil, explain(err)
	}
	for i := range accepted {
		accepted[i].Unconfirmed = writes[i].Unconfirmed
	}
	return accepted, shop.Explain(s.view.Behind(ctx, accepted))
}

// RetryWrite sends a rejected or parked write again, with another body or policy if given. allowed are members of the
// body that WooCommerce does not know, in addition to those that were allowed when the write was accepted.
func (s *Submitter) RetryWrite(
	ctx context.Context, id string, body []byte, policy outbox.Policy, allowed ...string,
) (outbox.Write, error) {
	w, err := s.box.Retry(ctx, id, body, policy, allowed...)
	return w, explain(err)
}

// AdoptWrite records a person's decision which record a parked write has made.
func (s *Submitter) AdoptWrite(ctx context.Context, id string, recordID int64) (outbox.Write, error) {
	w, err := s.box.Adopt(ctx, id, recordID)
	return w, explain(err)
}

// DiscardWrite ends a write that shall not be sent.
func (s *Submitter) DiscardWrite(ctx context.Context, id string) (outbox.Write, error) {
	w, err := s.box.Discard(ctx, id)
	return w, explain(err)
}
