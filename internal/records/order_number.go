package records

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// NamedBy says what kind of word names an order.
type NamedBy int

// The ways of naming an order.
const (
	ByEither NamedBy = iota // an id, or a number, if only one order can be meant
	ByID                    // WooCommerce's own id
	ByNumber                // the number that people see, which a plugin may give
)

// Order returns the id of the order that a word names. If the word is one order's number and another's id, the error
// names both. Orders are looked for in the mirror, because WooCommerce cannot be asked for a number.
func (r *Reader) Order(ctx context.Context, st storage.Store, word string, by NamedBy) (int64, error) {
	word = Word(word)
	id, err := strconv.ParseInt(word, 10, 64)
	isID := err == nil && id > 0
	if by == ByID {
		if !isID {
			return 0, noID(word, st)
		}
		return id, nil
	}
	numbered, err := r.db.OrdersByNumber(ctx, st.ID, word)
	if err != nil {
		return 0, shop.Explain(err)
	}
	if by == ByEither && isID {
		return r.idUnlessNumber(ctx, st, id, numbered)
	}
	switch len(numbered) {
	case 1:
		return numbered[0].ID, nil
	case 0:
		if by == ByEither {
			return 0, neither(word, st)
		}
		return 0, noNumber(word, st)
	}
	return 0, severalNumbered(word, numbered)
}

// Word returns a word that names an order in the form in which it is looked for: people also write #1043.
func Word(word string) string { return strings.TrimPrefix(strings.TrimSpace(word), "#") }

// idUnlessNumber takes a word for an id, unless it is the number of another order.
func (r *Reader) idUnlessNumber(
	ctx context.Context, st storage.Store, id int64, numbered []storage.Record,
) (int64, error) {
	var others []storage.Record
	for _, order := range numbered {
		if order.ID != id {
			others = append(others, order)
		}
	}
	if len(others) == 0 {
		return id, nil
	}
	own, err := r.db.Record(ctx, st.ID, storage.Ref{Resource: storage.Orders, ID: id})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return 0, numberOnly(id, others)
	case err != nil:
		return 0, shop.Explain(err)
	}
	both := append([]storage.Record{own}, others...)
	return 0, idAndNumber(id, both)
}
