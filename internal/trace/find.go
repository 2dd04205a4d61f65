package trace

import (
	"context"
	"errors"
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
	// Word is an order's number, id, or the e-mail address of who is billed.
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

// Find follows the orders that a question may mean. A shop in which there is none has a chain that says so.
func (t *Tracer) Find(ctx context.Context, q Question) (Answer, error) {
	var answer Answer
	standings, err := follow.Standings(ctx, t.db, q.Stores, t.now())
	if err != nil {
		return answer, err
	}
	word := strings.TrimPrefix(strings.TrimSpace(q.Word), "#")
	var missing []Chain
	for i, st := range q.Stores {
		orders, err := t.meant(ctx, st, word)
		if err != nil {
			return answer, err
		}
		for _, order := range orders {
			if len(answer.Chains) == followedAtMost {
				answer.More = true
				break
			}
			chain, err := t.follow(ctx, q, st, standings[i], order)
			if err != nil {
				return answer, err
			}
			answer.Chains = append(answer.Chains, chain)
		}
		if len(orders) == 0 {
			chain, err := t.absent(ctx, st, standings[i], word)
			if err != nil {
				return answer, err
			}
			missing = append(missing, chain)
		}
	}
	if len(answer.Chains) > 0 {
		return answer, nil // where it is says enough
	}
	elsewhere, err := t.elsewhere(ctx, q.Others, word)
	if err != nil {
		return answer, err
	}
	for i := range missing {
		if elsewhere != "" && missing[i].Verdict.State == Skipped {
			missing[i].Verdict.Says += inAnotherShop(elsewhere)
		}
	}
	answer.Chains = missing
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
	if err != nil || t.shop == nil {
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
		c.Hops = []Hop{{Link: Placed, State: Done, At: order.Created, Says: placed(order)},
			notCopied(st, s, order, t.now())}
	}
	c.judgeAbsent()
	return c, nil
}

// judgeAbsent speaks of the first link that is broken or waits, and else of the first.
func (c *Chain) judgeAbsent() {
	if c.judge(); c.Verdict.State == Done && len(c.Hops) > 0 {
		h := c.Hops[0]
		c.Verdict = Verdict{State: h.State, Link: h.Link, Says: h.Says, Who: h.Who, Fix: h.Fix}
	}
}
