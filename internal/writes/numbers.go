package writes

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A word such as 93 may be the id of one order and the number of another, wherever a plugin gives orders numbers. The
// mirror knows of such a plugin only after it has read the orders again, and without a mirror nothing is known. So
// before a write is accepted that names an order by such a word, the store is asked for the named orders and the newest
// ones. WooCommerce itself cannot be asked for a number.
//
// Failure policy: an uncertain word is refused, and nothing is accepted then. A word that the caller declares to be an
// id needs no question.

// namedOrder is an order that a row names by a word which may be a number.
type namedOrder struct {
	row  int
	word string
	by   records.NamedBy
	id   int64
}

// numbersAtOnce is how many orders one request asks for their numbers: a full page of WooCommerce.
const numbersAtOnce = 100

// orders finds the orders that rows name, by row, and what is wrong with the other rows. by says what kind of word
// names an order on the command line.
func (d *Drafter) orders(
	ctx context.Context, st storage.Store, rows []intake.Row, by records.NamedBy,
) (ids map[int]int64, wrong map[int]error) {
	ids, wrong = map[int]int64{}, map[int]error{}
	var unsure []namedOrder
	for i, row := range rows {
		word, named := row.Order, by
		if word == "" && (row.Name == "" || row.Write.Resource != storage.Orders) {
			continue
		}
		if word == "" {
			word, named = row.Name, records.ByNumber
		}
		id, err := d.records.Order(ctx, st, word, named)
		if err != nil {
			wrong[i] = err
			continue
		}
		ids[i] = id
		if named != records.ByID {
			unsure = append(unsure, namedOrder{row: i, word: records.Word(word), by: named, id: id})
		}
	}
	if len(unsure) > 0 {
		d.confirm(ctx, st, unsure, wrong)
	}
	return ids, wrong
}

// confirm asks the store whether words that may be numbers stand for the orders that the mirror takes them for, and
// puts the faults into wrong. A store that cannot be asked is reported for the first order.
func (d *Drafter) confirm(ctx context.Context, st storage.Store, orders []namedOrder, wrong map[int]error) {
	n, err := d.numbering(ctx, st, orders)
	if err != nil {
		wrong[orders[0].row] = err
		return
	}
	for _, order := range orders {
		if err := n.judge(order, st); err != nil {
			wrong[order.row] = err
		}
	}
}

// numbering asks the store for the numbers by which words are judged.
func (d *Drafter) numbering(ctx context.Context, st storage.Store, orders []namedOrder) (numbering, error) {
	client, err := d.shops.Of(st)
	if err != nil {
		return numbering{}, err
	}
	newest, total, err := newestNumbers(ctx, client)
	if err != nil {
		return numbering{}, notAsked(orders[0], st, err)
	}
	n := numbering{shown: maps.Clone(newest)}
	if err := addNumbers(ctx, client, orders, n.shown); err != nil {
		return numbering{}, notAsked(orders[0], st, err)
	}
	if n.held, err = d.numbersHeld(ctx, st, n.shown); err != nil {
		return numbering{}, err
	}
	count, err := d.db.Counts(ctx, st.ID, storage.Orders)
	if err != nil {
		return numbering{}, shop.Explain(err)
	}
	known := count.Live
	for id := range newest {
		if _, has := n.held[id]; !has {
			known++
		}
	}
	n.whole = known >= total
	return n, nil
}

// numbering compares the numbers that a shop shows for its orders with the mirror's.
type numbering struct {
	shown map[int64]string // by the store, now: of the newest orders and the named ones
	held  map[int64]string // by the mirror, of the same orders
	whole bool             // every order is in the mirror or among the newest
}

// judge returns nil when a word can stand for no other order than the one that it was taken for.
func (n numbering) judge(order namedOrder, st storage.Store) error {
	var others []storage.Record
	plain, changed := true, false
	for id, number := range n.shown {
		if number == order.word && id != order.id {
			others = append(others, numbered(id, number))
		}
		plain = plain && number == strconv.FormatInt(id, 10)
		held, has := n.held[id]
		changed = changed || has && held != number
	}
	slices.SortFunc(others, func(a, b storage.Record) int { return cmp.Compare(a.ID, b.ID) })
	number, there := n.shown[order.id]
	switch {
	case len(others) > 0 && there:
		return records.SeveralMeant(order.word, append([]storage.Record{numbered(order.id, number)}, others...))
	case len(others) > 0:
		return records.SeveralMeant(order.word, others)
	case plain && !changed:
		return nil // in this shop the orders' numbers are their ids
	case order.by == records.ByNumber && there && number != order.word:
		return numberMoved(order, number, st)
	case changed:
		return numbersChanged(order, st)
	case !n.whole:
		return numbersUnknown(order, st)
	}
	return nil
}

func numbered(id int64, number string) storage.Record {
	raw, _ := json.Marshal(map[string]string{"number": number}) // encoding a text cannot fail
	return storage.Record{Ref: storage.Ref{Resource: storage.Orders, ID: id}, Raw: raw}
}

// newestNumbers asks for the numbers of a shop's newest orders by id, and for how many orders it lists in all.
func newestNumbers(ctx context.Context, client woo.Doer) (newest map[int64]string, total int, err error) {
	query := woo.RouteOrders.Everything()
	query.Set("orderby", "id")
	query.Set("order", "desc")
	answer, newest, err := listNumbers(ctx, client, query)
	if err != nil {
		return nil, 0, err
	}
	if total, err = strconv.Atoi(answer.Header.Get("X-WP-Total")); err != nil {
		total = math.MaxInt // unknown: then the mirror may lack some
		if len(newest) < numbersAtOnce {
			total = len(newest)
		}
	}
	return newest, total, nil
}

// addNumbers asks for the numbers of the named orders that are not in shown yet. An order that no list shows (in the
// trash, or of a status that a plugin hides) is left out.
func addNumbers(ctx context.Context, client woo.Doer, orders []namedOrder, shown map[int64]string) error {
	var ids []string
	for _, order := range orders {
		id := strconv.FormatInt(order.id, 10)
		if _, has := shown[order.id]; !has && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for part := range slices.Chunk(ids, numbersAtOnce) {
		query := woo.RouteOrders.Everything()
		query.Set("include", strings.Join(part, ","))
		_, found, err := listNumbers(ctx, client, query)
		if err != nil {
			return err
		}
		maps.Copy(shown, found) // also of other orders, when the store ignores the filter
	}
	return nil
}

func listNumbers(ctx context.Context, client woo.Doer, query url.Values) (*woo.Response, map[int64]string, error) {
	query.Set("per_page", strconv.Itoa(numbersAtOnce))
	query.Set("_fields", "id,number")
	answer, err := client.Do(ctx, woo.Request{Path: woo.RouteOrders.List(0), Query: query, Fresh: true})
	if err != nil {
		return nil, nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(answer.Body, &list); err != nil {
		return nil, nil, fmt.Errorf("writes: the numbers of orders: %w", err)
	}
	numbers := map[int64]string{}
	for _, raw := range list {
		var of struct {
			ID int64 `json:"id"`
		}
		if err := json.Unmarshal(raw, &of); err != nil || of.ID <= 0 {
			return nil, nil, errors.New("writes: the list of orders holds what is no order")
		}
		numbers[of.ID] = storage.OrderNumber(storage.Record{Ref: storage.Ref{ID: of.ID}, Raw: raw})
	}
	return answer, numbers, nil
}

// numbersHeld returns the numbers by which the mirror knows orders.
func (d *Drafter) numbersHeld(
	ctx context.Context, st storage.Store, of map[int64]string,
) (map[int64]string, error) {
	held := map[int64]string{}
	for id := range of {
		order, err := d.db.Record(ctx, st.ID, storage.Ref{Resource: storage.Orders, ID: id})
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, shop.Explain(err)
		default:
			held[id] = storage.OrderNumber(order)
		}
	}
	return held, nil
}
