package records

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// All messages for people and programs about records that are not found.

func noRecord(ref storage.Ref, st storage.Store, err error) error {
	return problem.Wrap(problem.RecordNotFound, err, "the mirror of %s holds no %s", st.Name, ref).
		Next("If it is new on the store, run: waybill sync %s --once", st.Name)
}

// Words that are to name an order.

func noID(word string, st storage.Store) error {
	return problem.New(problem.Usage, "%q is no id of an order", word).
		Next("Ids are numbers, such as 46: waybill orders list %s", st.Name)
}

func noNumber(word string, st storage.Store) error {
	return problem.New(problem.RecordNotFound, "the mirror of %s holds no order with the number %q", st.Name, word).
		Next("If it is new on the store, run: waybill sync %s --once", st.Name)
}

// neither says that a word is neither the id nor the number of an order.
func neither(word string, st storage.Store) error {
	return problem.New(problem.Usage,
		"%q is no id of an order, and no order in the mirror of %s has it for its number", word, st.Name).
		Next("See both: waybill orders list %s", st.Name)
}

func severalNumbered(word string, orders []storage.Record) error {
	return problem.New(problem.InputInvalid, "%q is the number of several orders: %s", word, orderNames(orders)).
		Next("Name the one that is meant by its id: --id %d", orders[0].ID).Detail("orders", orderNames(orders))
}

func numberOnly(number int64, orders []storage.Record) error {
	return problem.New(problem.InputInvalid, "%d is the number of %s; no order in the mirror has the id %d", number,
		orderNames(orders), number).
		Next("Say that the number is meant with --number, or the id with --id").Detail("orders", orderNames(orders))
}

// SeveralMeant says that a word may stand for several orders.
func SeveralMeant(word string, orders []storage.Record) error {
	if id, err := strconv.ParseInt(word, 10, 64); err == nil &&
		slices.ContainsFunc(orders, func(r storage.Record) bool { return r.ID == id }) {
		return idAndNumber(id, orders)
	}
	return severalNumbered(word, orders)
}

func idAndNumber(word int64, both []storage.Record) error {
	return problem.New(problem.InputInvalid, "%d is the id of one order and the number of another: %s", word,
		orderNames(both)).
		Next("Say which is meant: --id for the id %d, --number for the number %d", word, word).
		Detail("orders", orderNames(both))
}

// orderNames returns a text such as "orders/93 (number 43) and orders/143 (number 93)".
func orderNames(orders []storage.Record) string {
	names := make([]string, len(orders))
	for i, order := range orders {
		names[i] = fmt.Sprintf("%s (number %s)", order.Ref, storage.OrderNumber(order))
	}
	return strings.Join(names, " and ")
}
