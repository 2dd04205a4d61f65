package trace

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/storage"
)

// Shop asks a shop for one order as it is now. Found is false when the shop says that it has none with that id. The
// order's JSON is as the shop sent it. An error is a problem of why the shop could not be asked.
type Shop interface {
	Order(ctx context.Context, st storage.Store, id int64) (raw []byte, found bool, err error)
}

// Tracer follows orders. It is safe for concurrent use.
type Tracer struct {
	db   storage.Reader
	shop Shop
	now  func() time.Time
}

// New makes a Tracer of a database that is only looked at. With a nil shop no shop is asked.
func New(db storage.Reader, shop Shop, now func() time.Time) *Tracer {
	return &Tracer{db: db, shop: shop, now: now}
}

// Question is which order is meant.
type Question struct {
	// Word is an order's number, its id, the e-mail address of who is billed, or what a receiver calls the order.
	Word string
	// Stores are those in which it may be; Others those that are named when it is there instead.
	Stores, Others []storage.Store
	// GroupID is the group of who asks, whose consumers and subscriptions are followed; 0 for everybody's.
	GroupID int64
}

// Answer is where the orders are that a question may mean.
type Answer struct {
	Chains []Chain
	// More says that there are more than were followed.
	More bool
}

// followedAtMost bounds the orders of one answer: an e-mail address may have many.
const followedAtMost = 20

// Find follows the orders that a question may mean. Where one shop is looked at and has none, a chain says so, and the
// shop is asked. Of several shops those have a chain whose mirrors may lack the order: nobody asks thousands of shops
// for a word.
func (t *Tracer) Find(ctx context.Context, q Question) (Answer, error) {
	word := strings.TrimPrefix(strings.TrimSpace(q.Word), "#")
	answer, err := t.held(ctx, q, word)
	if err != nil || len(answer.Chains) > 0 {
		return answer, err
	}
	standings, err := follow.Standings(ctx, t.db, q.Stores, t.now())
	if err != nil {
		return answer, err
	}
	if len(q.Stores) == 1 {
		chain, err := t.absent(ctx, q.Stores[0], standings[0], word)
		if err != nil {
			return answer, err
		}
		elsewhere, err := t.elsewhere(ctx, q.Others, word)
		if err != nil {
			return answer, err
		}
		if elsewhere != "" && chain.Verdict.State == Skipped {
			chain.Verdict.Says += inAnotherShop(elsewhere)
		}
		answer.Chains = []Chain{chain}
		return answer, nil
	}
	for i, st := range q.Stores {
		late := behind(st, standings[i], t.now())
		if late.State == Done {
			continue
		}
		if len(answer.Chains) == followedAtMost {
			answer.More = true
			break
		}
		chain := Chain{Store: st, Hops: []Hop{notHeld(word), late}}
		chain.judge()
		answer.Chains = append(answer.Chains, chain)
	}
	return answer, nil
}

// held follows the orders that the mirrors hold, or have held.
func (t *Tracer) held(ctx context.Context, q Question, word string) (answer Answer, err error) {
	called, err := t.called(ctx, q, word)
	if err != nil {
		return answer, err
	}
	for _, st := range q.Stores {
		orders, err := t.meant(ctx, st, word)
		if err != nil {
			return answer, err
		}
		if orders, err = t.alsoCalled(ctx, st, orders, called[st.ID]); err != nil {
			return answer, err
		}
		for _, order := range orders {
			if len(answer.Chains) == followedAtMost {
				answer.More = true
				return answer, nil
			}
			standings, err := follow.Standings(ctx, t.db, []storage.Store{st}, t.now())
			if err != nil {
				return answer, err
			}
			chain, err := t.follow(ctx, q, st, standings[0], order)
			if err != nil {
				return answer, err
			}
			answer.Chains = append(answer.Chains, chain)
		}
	}
	return answer, nil
}

// meant are the orders of a shop that a word may mean, the likeliest first: by number, by id, by e-mail address. Orders
// that the mirror lost have only their id.
func (t *Tracer) meant(ctx context.Context, st storage.Store, word string) ([]storage.Record, error) {
	if strings.Contains(word, "@") {
		var found []storage.Record
		list := storage.Query{StoreID: st.ID, Resource: storage.Orders, Email: word, WithTrash: true,
			Limit: followedAtMost + 1}
		for r, err := range t.db.Records(ctx, list) {
			if err != nil {
				return nil, err
			}
			found = append(found, r)
		}
		return found, nil
	}
	found, err := t.db.OrdersByNumber(ctx, st.ID, word)
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(word, 10, 64)
	if err != nil || id <= 0 {
		return found, nil
	}
	for _, r := range found {
		if r.ID == id {
			return found, nil
		}
	}
	ref := storage.Ref{Resource: storage.Orders, ID: id}
	r, err := t.db.Record(ctx, st.ID, ref)
	if err == nil {
		return append(found, r), nil
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return nil, err
	}
	known, err := t.db.Changes(ctx, storage.ChangeQuery{StoreID: st.ID, Record: ref, Limit: 1})
	if err == nil && len(known) > 0 {
		found = append(found, storage.Record{StoreID: st.ID, Ref: ref})
	}
	return found, err
}

// order follows the order of a link.
func (t *Tracer) order(ctx context.Context, st storage.Store, link storage.Link) (Chain, error) {
	ref := storage.Ref{Resource: storage.Orders, ID: link.OrderID}
	order, err := t.db.Record(ctx, st.ID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		order, err = storage.Record{StoreID: st.ID, Ref: ref}, nil // it is gone, and how is in the log
	}
	if err != nil {
		return Chain{}, err
	}
	standings, err := follow.Standings(ctx, t.db, []storage.Store{st}, t.now())
	if err != nil {
		return Chain{}, err
	}
	return t.follow(ctx, Question{GroupID: link.GroupID}, st, standings[0], order)
}

// called are the orders that a receiver of who asks calls by a word, by their store.
func (t *Tracer) called(ctx context.Context, q Question, word string) (map[int64][]storage.Ref, error) {
	if word == "" {
		return nil, nil
	}
	all, err := t.db.Receipts(ctx, storage.ReceiptQuery{Reference: word, Limit: 4 * followedAtMost})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	theirs, err := t.receiversOf(ctx, q)
	if err != nil {
		return nil, err
	}
	by := map[int64][]storage.Ref{}
	for _, r := range all {
		if r.Resource == storage.Orders && theirs(r) && !slices.Contains(by[r.StoreID], r.Ref) {
			by[r.StoreID] = append(by[r.StoreID], r.Ref)
		}
	}
	return by, nil
}

// receiversOf says whether a receipt is of a receiver of who asks: what others call their orders is not shown.
func (t *Tracer) receiversOf(ctx context.Context, q Question) (func(storage.Receipt) bool, error) {
	if q.GroupID == 0 {
		return func(storage.Receipt) bool { return true }, nil
	}
	subscriptions, err := t.db.Subscriptions(ctx, q.GroupID)
	if err != nil {
		return nil, err
	}
	consumers, err := t.db.Consumers(ctx, q.GroupID)
	return func(r storage.Receipt) bool {
		subscribed := func(s storage.Subscription) bool { return s.ID == r.SubscriptionID }
		reads := func(c storage.Consumer) bool { return c.ID == r.ConsumerID }
		return slices.ContainsFunc(subscriptions, subscribed) || slices.ContainsFunc(consumers, reads)
	}, err
}

// alsoCalled adds the orders of a shop that a receiver calls by a word to those that were found otherwise.
func (t *Tracer) alsoCalled(
	ctx context.Context, st storage.Store, found []storage.Record, called []storage.Ref,
) ([]storage.Record, error) {
	for _, ref := range called {
		if slices.ContainsFunc(found, func(r storage.Record) bool { return r.Ref == ref }) {
			continue
		}
		r, err := t.db.Record(ctx, st.ID, ref)
		if errors.Is(err, storage.ErrNotFound) {
			r, err = storage.Record{StoreID: st.ID, Ref: ref}, nil // it is gone, and how is in the log
		}
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, nil
}

// elsewhere names another shop that has an order which a word may mean; empty when none has.
func (t *Tracer) elsewhere(ctx context.Context, others []storage.Store, word string) (string, error) {
	for _, st := range others {
		orders, err := t.meant(ctx, st, word)
		if err != nil {
			return "", err
		}
		if len(orders) > 0 {
			return st.Name, nil
		}
	}
	return "", nil
}

// absent says why the mirror of a shop holds no order of a name: whether the shop has it, where it can be asked, and
// what keeps it back.
func (t *Tracer) absent(ctx context.Context, st storage.Store, s follow.Standing, word string) (Chain, error) {
	c := Chain{Store: st}
	id, err := strconv.ParseInt(word, 10, 64)
	if asked := err == nil && t.shop != nil; !asked {
		c.Hops = []Hop{notHeld(word), behind(st, s, t.now())}
		c.judgeAbsent()
		return c, nil
	}
	raw, found, err := t.shop.Order(ctx, st, id)
	switch {
	case ctx.Err() != nil:
		return c, ctx.Err()
	case err != nil:
		c.Hops = []Hop{shopNotAsked(st, err)}
	case !found:
		c.Hops = []Hop{notInShop(st, word), behind(st, s, t.now())}
	default:
		order, err := storage.ParseRecord(storage.Orders, 0, raw)
		if err != nil {
			return c, err
		}
		c.Order, c.Number, c.Status = order.Ref, storage.OrderNumber(order), order.Status
		c.Hops = []Hop{{Link: Placed, State: Done, At: order.Created, Says: placed(order)}}
		copying := notCopied(st, s, order, t.now())
		if copying.State == Waiting {
			by, err := t.unnoticed(ctx, st, s, order)
			if err != nil {
				return c, err
			}
			if by != nil {
				c.Hops = append(c.Hops, *by)
			}
		}
		c.Hops = append(c.Hops, copying)
	}
	c.judgeAbsent()
	return c, nil
}

// judgeAbsent speaks of the first link that is broken or waits, and else of the first.
func (c *Chain) judgeAbsent() {
	if c.judge(); c.Verdict.State == Done && len(c.Hops) > 0 {
		c.Verdict = c.Hops[0]
	}
}
