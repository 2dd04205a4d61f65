package stores

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A shop that has moved to another address stays the same store: its mirror, the log of changes and its writes are
// kept. If it were connected again, it would be another store without known writes, and all writes could be made again.
//
// Failure policy: that it is the same shop must be shown before anything changes. The key works at the new address,
// which every shop makes for itself; the newest orders that the mirror knows are there, with the keys that orders keep
// all their life; and the old address is no shop of its own any more. A copy of the shop has the same keys: the old
// address gives it away, or the newest order, which an earlier copy lacks. A person may insist (sure). An order of
// another shop under the same number is always refused.

// Move gives a connected store the address to which its shop has moved. The error is a problem when the shop is not
// proved to be the same.
func (s *Connector) Move(ctx context.Context, name, to string, sure bool) (storage.Store, error) {
	st, err := s.ask.find.Store(ctx, name)
	if err != nil {
		return st, err
	}
	return s.move(ctx, st, to, sure)
}

func (s *Connector) move(ctx context.Context, st storage.Store, to string, sure bool) (storage.Store, error) {
	sec, err := s.ask.shops.Keys().Of(st)
	if err != nil {
		return st, err
	}
	address, err := url.Parse(to)
	if err != nil {
		return st, noAddress(to, err)
	}
	if sec.SiteUser != "" {
		address.User = url.UserPassword(sec.SiteUser, sec.SitePassword)
	}
	key := Connection{Key: sec.Key, Secret: sec.Secret, Scopes: ReadScopes(), Group: st.GroupID}
	found, err := s.probe(ctx, address.String(), key)
	switch {
	case err != nil:
		return st, err
	case found.store.HomeURL == st.HomeURL:
		return st, thereAlready(st)
	}
	if held, err := s.db.StoreByHome(ctx, found.store.HomeURL); err == nil && held.ID != st.ID {
		return st, connectedAs(found.store.HomeURL, held.Name)
	}
	same, order, err := s.sameShop(ctx, found.client, st)
	switch {
	case err != nil:
		return st, err
	case same == anotherOne, same == earlierCopy && !sure:
		return st, anotherShop(st, found.store.HomeURL, order, same)
	}
	if older := s.olderThere(ctx, found.client, st); older.ID != 0 && !sure {
		return st, anotherShop(st, found.store.HomeURL, older, earlierCopy)
	}
	if old, err := s.probe(ctx, s.ask.addressOf(st), key); err == nil && old.store.HomeURL == st.HomeURL && !sure {
		return st, stillThere(st, found.store.HomeURL)
	}
	release, err := s.ask.shops.Keys().Hold(ctx)
	if err != nil {
		return st, err
	}
	defer release()
	kept, err := s.keep(ctx, found.store, found.secrets, st.Credentials.Environment)
	if err != nil {
		return st, err
	}
	// One transaction, so that no crash leaves a store with credentials that are sealed for another address.
	moved, err := ledger.ChangeStore(ctx, s.db, st.ID, func(tx storage.Tx, st *storage.Store) error {
		st.HomeURL = found.store.HomeURL
		reconnected(st, found.store, kept)
		return engine.WakeAll(ctx, tx, st.ID)
	})
	if err != nil {
		return st, err
	}
	s.ask.shops.Forget(st.ID)
	return moved, nil
}

// likeness says how much a shop that answers is like the one that a store is connected to.
type likeness int

const (
	untold      likeness = iota // the mirror holds no order, or the key may not read them
	sameOne                     // it has the newest order that the mirror knows
	earlierCopy                 // it has older orders of the mirror and lacks the newest
	anotherOne                  // it has another order under a number, or none of the orders
)

// newestOrders is how many orders are compared to tell whether a shop is the same.
const newestOrders = 5

// sameShop compares a shop that answers with the newest orders that the mirror of a store knows. An order's key is
// random and made with the order. order is the order that decided.
func (s *Connector) sameShop(
	ctx context.Context, client *woo.Client, st storage.Store,
) (found likeness, order storage.Ref, err error) {
	missing := storage.Ref{}
	for record, err := range s.db.Records(ctx,
		storage.Query{StoreID: st.ID, Resource: storage.Orders, Limit: newestOrders}) {
		if err != nil {
			return untold, order, err
		}
		var mine, theirs struct {
			Key string `json:"order_key"`
		}
		if json.Unmarshal(record.Raw, &mine) != nil || mine.Key == "" {
			continue
		}
		answer, err := client.Do(ctx, woo.Request{Path: woo.RouteOrders.Record(0, record.ID), Fresh: true,
			Query: url.Values{"_fields": {"id,order_key"}}})
		switch {
		case woo.IsNotFound(err):
			if missing.ID == 0 {
				missing = record.Ref
			}
			continue
		case err != nil || json.Unmarshal(answer.Body, &theirs) != nil || theirs.Key == "":
			return untold, order, nil //nolint:nilerr // the key may not read orders, so nothing tells
		case mine.Key != theirs.Key:
			return anotherOne, record.Ref, nil
		case missing.ID != 0:
			return earlierCopy, missing, nil
		}
		return sameOne, record.Ref, nil
	}
	if missing.ID != 0 {
		return anotherOne, missing, nil
	}
	return untold, order, nil
}

// connectedBefore returns a warning when a shop that is being connected looks like one that is connected already under
// another address. The writes to that one are not known for this one, and would be made again. The warning is empty
// when no connected shop looks alike.
//
// Failure policy: this is a warning and no refusal, because a copy of a shop looks alike too.
func (s *Connector) connectedBefore(ctx context.Context, client *woo.Client, found storage.Store) (string, error) {
	all, err := s.db.Stores(ctx)
	if err != nil {
		return "", err
	}
	for _, st := range all {
		if st.Facts.SiteName != found.Facts.SiteName || st.GroupID != found.GroupID {
			continue
		}
		same, order, err := s.sameShop(ctx, client, st)
		if err != nil {
			return "", err
		}
		if same == sameOne || same == earlierCopy {
			return looksLike(st, order, found.HomeURL), nil
		}
	}
	return "", nil
}

// recentlyModified is how many of the records that were modified last are held against a shop that answers, of those
// that were modified within recently.
const (
	recentlyModified = 50
	recently         = 90 * 24 * time.Hour
)

// olderThere names a record that a shop shows as it was before the mirror's reading of it: the shop is an earlier copy
// then, since a mirror is never ahead of its shop. The zero Ref says that none was found.
//
// Failure policy: what cannot be read tells nothing.
func (s *Connector) olderThere(ctx context.Context, client *woo.Client, st storage.Store) storage.Ref {
	for resource, route := range map[storage.Resource]woo.Route{
		storage.Orders: woo.RouteOrders, storage.Products: woo.RouteProducts,
	} {
		held := map[int64]time.Time{}
		var last []storage.Record
		for record, err := range s.db.Records(ctx, storage.Query{StoreID: st.ID, Resource: resource,
			ModifiedFrom: time.Now().Add(-recently)}) {
			if err != nil {
				return storage.Ref{}
			}
			last = append(last, storage.Record{Ref: record.Ref, Modified: record.Modified})
		}
		slices.SortFunc(last, func(a, b storage.Record) int { return b.Modified.Compare(a.Modified) })
		var ids []string
		for _, record := range last[:min(len(last), recentlyModified)] {
			held[record.ID] = record.Modified
			ids = append(ids, strconv.FormatInt(record.ID, 10))
		}
		query := route.Everything()
		query.Set("include", strings.Join(ids, ","))
		query.Set("per_page", strconv.Itoa(recentlyModified))
		query.Set("_fields", "id,date_modified_gmt")
		answer, err := client.Do(ctx, woo.Request{Path: route.List(0), Query: query, Fresh: true})
		var list []struct {
			ID       int64  `json:"id"`
			Modified string `json:"date_modified_gmt"`
		}
		if len(ids) == 0 || err != nil || json.Unmarshal(answer.Body, &list) != nil {
			continue
		}
		for _, shown := range list {
			modified, err := time.Parse(storage.WooTime, shown.Modified)
			if was, asked := held[shown.ID]; err == nil && asked && modified.Before(was.Truncate(time.Second)) {
				return storage.Ref{Resource: resource, ID: shown.ID}
			}
		}
	}
	return storage.Ref{}
}
