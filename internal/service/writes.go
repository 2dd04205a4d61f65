package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Submit accepts writes for a store: when it returns without an error they are on the disk and will be carried out
// exactly once, by this process or a later one. A write whose idempotency key was used before comes back as it was
// accepted then. All of them are accepted or none.
func (s *Service) Submit(ctx context.Context, st storage.Store, writes []outbox.Write) ([]outbox.Write, error) {
	if st.Paused {
		return nil, problem.New(problem.StorePaused, "the store %s is paused, so nothing is sent to it", st.Name).
			Next("Resume it: waybill stores resume %s", st.Name)
	}
	client, err := s.shops.Of(st)
	if err != nil {
		return nil, err
	}
	writes = ofStore(st, writes)
	checked, err := s.outbox().Check(ctx, client, writes)
	if err != nil {
		return nil, explainWrite(err)
	}
	accepted, err := s.outbox().AcceptAll(ctx, checked)
	if err != nil {
		return nil, explainWrite(err)
	}
	for i := range accepted {
		accepted[i].Unconfirmed = writes[i].Unconfirmed
	}
	return accepted, shop.Explain(s.findBehind(ctx, accepted))
}

// ofStore are writes with what is known of their store.
func ofStore(st storage.Store, writes []outbox.Write) []outbox.Write {
	of := slices.Clone(writes)
	for i := range of {
		of[i].StoreID, of[i].Version = st.ID, st.Facts.WooCommerce
	}
	return of
}

// outbox is one for the life of the process: its writes are in the database, what it learns about stores is not.
func (a *Asker) outbox() *outbox.Outbox {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.box == nil {
		a.box = outbox.New(a.ledger, outbox.Options{StoreLimit: a.opts.Config.Outbox.StoreLimit,
			Patience:  a.opts.Config.Outbox.Patience,
			BatchSize: a.opts.Config.Outbox.BatchSize, Now: a.opts.Now})
	}
	return a.box
}

// Writes lists writes, newest first.
func (r *Reader) Writes(ctx context.Context, q outbox.Query) ([]outbox.Write, error) {
	writes, err := r.db.Writes(ctx, q)
	if err != nil {
		return nil, shop.Explain(err)
	}
	return writes, shop.Explain(r.findBehind(ctx, writes))
}

// Write finds one write by its id, or by the beginning of it where that is unambiguous among the last thousand.
func (r *Reader) Write(ctx context.Context, id string) (outbox.Write, error) {
	w, err := r.db.WriteByID(ctx, id)
	if err == nil {
		found := []outbox.Write{w}
		err = r.findBehind(ctx, found)
		return found[0], shop.Explain(err)
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return w, shop.Explain(err)
	}
	recent, err := r.db.Writes(ctx, outbox.Query{Limit: 1000})
	if err != nil {
		return outbox.Write{}, shop.Explain(err)
	}
	var found []outbox.Write
	for _, w := range recent {
		if id != "" && strings.HasPrefix(w.ID, id) {
			found = append(found, w)
		}
	}
	if len(found) == 1 {
		err := r.findBehind(ctx, found)
		return found[0], shop.Explain(err)
	}
	return outbox.Write{}, problem.New(problem.RecordNotFound, "there is no write %q in the outbox", id).
		Next("List them: waybill outbox list")
}

// Lessons are what sending to a store has taught about it, in sentences.
func (r *Reader) Lessons(ctx context.Context, storeID int64) ([]string, error) {
	lessons, err := ledger.Lessons(ctx, r.db, storeID)
	return lessons.Describe(), shop.Explain(err)
}

// RetryWrite sends a rejected or parked write again, with another body or policy where given. allowed are members of
// the body that WooCommerce does not know, besides those that were allowed when the write was accepted.
func (s *Service) RetryWrite(
	ctx context.Context, id string, body []byte, policy outbox.Policy, allowed ...string,
) (outbox.Write, error) {
	w, err := s.outbox().Retry(ctx, id, body, policy, allowed...)
	return w, explainWrite(err)
}

// AdoptWrite takes a person's word for which record a parked write has made.
func (s *Service) AdoptWrite(ctx context.Context, id string, recordID int64) (outbox.Write, error) {
	w, err := s.outbox().Adopt(ctx, id, recordID)
	return w, explainWrite(err)
}

// DiscardWrite decides that a write shall not be sent.
func (s *Service) DiscardWrite(ctx context.Context, id string) (outbox.Write, error) {
	w, err := s.outbox().Discard(ctx, id)
	return w, explainWrite(err)
}
