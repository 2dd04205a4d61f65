package trace

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// LongestLink is how long a link shows an order at most.
const LongestLink = 90 * 24 * time.Hour

// Links shows the way of single orders to people who have a link to it, without what is personal: no address, no name,
// no word of a receiver or a shop, and nothing of another order. It is safe for concurrent use.
type Links struct {
	db     storage.Database
	tracer *Tracer
	now    func() time.Time
}

// NewLinks makes Links that work on a database. A link asks no shop.
func NewLinks(db storage.Database, now func() time.Time) *Links {
	return &Links{db: db, tracer: New(db, nil, now), now: now}
}

// NewLink is what a link is made with.
type NewLink struct {
	Store storage.Store
	// OrderID is the order, which its mirror holds or has held.
	OrderID int64
	// GroupID is the group of who makes it; 0 for none. By names them.
	GroupID int64
	By      string
	// For is how long it shows the order.
	For time.Duration
}

// tokenPrefix begins the tokens of links, so that one that is found somewhere is known for what it is.
const tokenPrefix = "wbl_"

// Make makes a link and gives its token, which is kept nowhere. The error is a problem.
func (l *Links) Make(ctx context.Context, n NewLink) (made storage.Link, token string, err error) {
	if n.For <= 0 || n.For > LongestLink {
		return made, "", noSuchTime()
	}
	ref := storage.Ref{Resource: storage.Orders, ID: n.OrderID}
	known, err := l.db.Changes(ctx, storage.ChangeQuery{StoreID: n.Store.ID, Record: ref, Limit: 1})
	if err != nil {
		return made, "", err
	}
	if len(known) == 0 {
		if _, err := l.db.Record(ctx, n.Store.ID, ref); errors.Is(err, storage.ErrNotFound) {
			return made, "", nothingToShow(n.Store, n.OrderID)
		} else if err != nil {
			return made, "", err
		}
	}
	token = tokenPrefix + strings.ToLower(rand.Text())
	now := l.now().UTC().Truncate(time.Millisecond)
	made = storage.Link{ID: strings.ToLower(rand.Text()[:12]), Hash: hashOf(token), GroupID: n.GroupID,
		StoreID: n.Store.ID, OrderID: n.OrderID, By: n.By, CreatedAt: now, ExpiresAt: now.Add(n.For)}
	err = l.db.Within(ctx, func(tx storage.Tx) error {
		if err := tx.DropLinks(ctx, now.Add(-keptAfter)); err != nil {
			return err
		}
		return tx.AddLink(ctx, made)
	})
	return made, token, err
}

// keptAfter is how long a link is listed after it has expired.
const keptAfter = 24 * time.Hour

func hashOf(token string) [storage.LinkHashSize]byte { return sha256.Sum256([]byte(token)) }

// List gives the links of a group, of all groups and of none for 0, the newest first.
func (l *Links) List(ctx context.Context, groupID int64) ([]storage.Link, error) {
	return l.db.Links(ctx, groupID)
}

// Remove forgets a link of a group, of any for 0. One that is gone is no error.
func (l *Links) Remove(ctx context.Context, groupID int64, id string) error {
	all, err := l.db.Links(ctx, groupID)
	for _, link := range all {
		if err == nil && link.ID == id {
			err = l.db.Within(ctx, func(tx storage.Tx) error { return tx.DropLink(ctx, id) })
		}
	}
	return err
}

// Show is the way of the order that a link shows, as it is now. The error is a problem of code record_not_found, the
// same for a link that never was, has expired, or was removed.
func (l *Links) Show(ctx context.Context, token string) (Chain, storage.Link, error) {
	link, err := l.db.Link(ctx, hashOf(token))
	if err == nil && !link.ExpiresAt.After(l.now()) {
		err = storage.ErrNotFound
	}
	var st storage.Store
	if err == nil {
		st, err = l.db.Store(ctx, link.StoreID)
	}
	if err == nil && link.GroupID != 0 && st.GroupID != link.GroupID {
		err = storage.ErrNotFound // the shop has left the group since
	}
	if errors.Is(err, storage.ErrNotFound) {
		return Chain{}, storage.Link{}, noLink()
	}
	if err != nil {
		return Chain{}, link, err
	}
	chain, err := l.tracer.order(ctx, st, link)
	return redact(chain), link, err
}
