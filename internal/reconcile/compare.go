package reconcile

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/filter"
	"github.com/waybillhq/waybill/internal/storage"
)

// By is what the words of a list are.
type By string

// What they may be.
const (
	ByNumber By = "number" // what people see
	ByID     By = "id"
)

// Question is what is compared.
type Question struct {
	Store storage.Store
	List  []Entry
	// By says what the words are; empty finds out.
	By By
	// Since and Until bound the orders of the shop that are looked at, by when they were placed; zero for all.
	Since, Until time.Time
	// To is the subscription whose receiver the list is from; nil for none. Note keeps what the list says of it.
	To   *storage.Subscription
	Note bool
}

// Order is an order of the shop.
type Order struct {
	storage.Ref
	Number, Status string
	Created        time.Time
	// Reference is what the list calls it; of orders in both alone.
	Reference string
}

// Found is what a comparison came to.
type Found struct {
	By By
	// Both counts the orders that are in the shop and in the list. Missing are only in the shop, Unknown only in the
	// list, in its order; each once.
	Both    int
	Missing []Order
	Unknown []string
	// Underway are orders that are on their way to the receiver, LeftOut counts those that it does not get.
	Underway []Order
	LeftOut  int
}

// Refs are the orders that are only in the shop.
func (f Found) Refs() []storage.Ref {
	refs := make([]storage.Ref, len(f.Missing))
	for i, o := range f.Missing {
		refs[i] = o.Ref
	}
	return refs
}

// Reconciler compares. It is safe for concurrent use.
type Reconciler struct {
	db  storage.Database
	now func() time.Time
}

// New makes a Reconciler that works on a database.
func New(db storage.Database, now func() time.Time) *Reconciler { return &Reconciler{db, now} }

// drafts are statuses of orders that nobody has placed.
var drafts = []string{"auto-draft", "checkout-draft", storage.StatusTrash}

// Compare compares a list with the orders of a shop's mirror.
func (r *Reconciler) Compare(ctx context.Context, q Question) (Found, error) {
	places := make(map[string]int, len(q.List))
	for i, e := range q.List {
		if _, twice := places[e.Word]; !twice {
			places[e.Word] = i
		}
	}
	by := q.By
	if by == "" {
		var err error
		if by, err = r.find(ctx, q, places); err != nil {
			return Found{}, err
		}
	}
	return r.compare(ctx, q, by, places)
}

// orders gives the orders of the shop that are looked at.
func (r *Reconciler) orders(ctx context.Context, q Question, each func(storage.Record) error) error {
	list := storage.Query{StoreID: q.Store.ID, Resource: storage.Orders, CreatedFrom: q.Since, CreatedBefore: q.Until,
		OldestFirst: true}
	for order, err := range r.db.Records(ctx, list) {
		if err != nil {
			return err
		}
		if slices.Contains(drafts, order.Status) {
			continue
		}
		if err := each(order); err != nil {
			return err
		}
	}
	return nil
}

// enough is how many orders are found until it is known what the words of a list are.
const enough = 2000

var errEnough = errors.New("enough orders were found")

// find says what the words of a list are: what finds more of the shop's orders; numbers where both find as many.
func (r *Reconciler) find(ctx context.Context, q Question, places map[string]int) (By, error) {
	var numbers, ids int
	err := r.orders(ctx, q, func(order storage.Record) error {
		if _, there := places[storage.OrderNumber(order)]; there {
			numbers++
		}
		if _, there := places[strconv.FormatInt(order.ID, 10)]; there {
			ids++
		}
		if numbers+ids >= enough {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if ids > numbers {
		return ByID, err
	}
	return ByNumber, err
}

// compare goes through the orders of the shop once.
func (r *Reconciler) compare(ctx context.Context, q Question, by By, places map[string]int) (Found, error) {
	found := Found{By: by}
	known := make([]bool, len(q.List))
	has := []Order{}
	wants, err := r.wanted(q)
	if err != nil {
		return found, err
	}
	err = r.orders(ctx, q, func(record storage.Record) error {
		order := Order{Ref: record.Ref, Number: storage.OrderNumber(record), Status: record.Status,
			Created: record.Created}
		word := order.Number
		if by == ByID {
			word = strconv.FormatInt(order.ID, 10)
		}
		if at, there := places[word]; there {
			known[at], order.Reference = true, q.List[at].Reference
			found.Both++
			if q.To != nil && q.Note {
				has = append(has, order)
			}
			return nil
		}
		state, err := wants(ctx, record)
		switch {
		case err != nil:
			return err
		case state == leftOut:
			found.LeftOut++
		case state == underway:
			found.Underway = append(found.Underway, order)
		default:
			found.Missing = append(found.Missing, order)
		}
		return nil
	})
	if err != nil {
		return found, err
	}
	for i, e := range q.List {
		if !known[i] && places[e.Word] == i {
			found.Unknown = append(found.Unknown, e.Word)
		}
	}
	if q.To != nil && q.Note {
		err = r.note(ctx, q, has, found.Missing)
	}
	return found, err
}

// expectation is whether an order should be at a receiver.
type expectation int

const (
	expected expectation = iota
	underway
	leftOut
)

// wanted says of an order that is not in the list whether its receiver should have it. Without a subscription every
// order is expected.
func (r *Reconciler) wanted(q Question) (func(context.Context, storage.Record) (expectation, error), error) {
	if q.To == nil {
		return func(context.Context, storage.Record) (expectation, error) { return expected, nil }, nil
	}
	sub := *q.To
	f, err := filter.Compile(sub.Filter)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, order storage.Record) (expectation, error) {
		changes, err := r.db.Changes(ctx, storage.ChangeQuery{StoreID: q.Store.ID, Record: order.Ref})
		if err != nil {
			return expected, err
		}
		place, err := r.db.SubscriptionPlace(ctx, sub.ID, q.Store.ID)
		if err != nil {
			return expected, err
		}
		got := false
		for i := len(changes) - 1; i >= 0; i-- {
			c := changes[i]
			if !sub.Wants(c) || f != nil && !feed.Meets(f, q.Store, c, order.Raw) {
				continue
			}
			got = true
			if c.Seq > place && c.Seq > sub.From {
				return underway, nil
			}
			e, err := r.db.Event(ctx, sub.ID, c.Seq)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return expected, err
			}
			if err == nil && e.State == storage.EventPending {
				return underway, nil
			}
		}
		if !got && len(changes) > 0 {
			return leftOut, nil
		}
		return expected, nil
	}, nil
}

// notedAtOnce is how many receipts one transaction keeps.
const notedAtOnce = 500

// note keeps what a list says of a receiver: what it has is receipted, what it has not is lacked.
func (r *Reconciler) note(ctx context.Context, q Question, has, lacks []Order) error {
	now := r.now().UTC().Truncate(time.Millisecond)
	of := func(o Order) storage.Receipt {
		return storage.Receipt{StoreID: q.Store.ID, Ref: o.Ref, SubscriptionID: q.To.ID, Reference: o.Reference}
	}
	for _, part := range []struct {
		orders []Order
		row    func(Order) storage.Receipt
		keep   func(storage.Tx, []storage.Receipt) error
	}{
		{has, func(o Order) storage.Receipt {
			row := of(o)
			row.GivenAt = now
			return row
		}, func(tx storage.Tx, rows []storage.Receipt) error { return tx.GiveReceipts(ctx, rows) }},
		{lacks, func(o Order) storage.Receipt {
			row := of(o)
			row.LackedAt = now
			return row
		}, func(tx storage.Tx, rows []storage.Receipt) error { return tx.LackReceipts(ctx, rows) }},
	} {
		for piece := range slices.Chunk(part.orders, notedAtOnce) {
			rows := make([]storage.Receipt, len(piece))
			for i, o := range piece {
				rows[i] = part.row(o)
			}
			if err := r.db.Within(ctx, func(tx storage.Tx) error { return part.keep(tx, rows) }); err != nil {
				return err
			}
		}
	}
	return nil
}
