package woo

import "github.com/waybillhq/waybill/woo/internal/difference"

// Changes gives the JSON body of the update that turns before into after. The body holds only the fields that differ,
// so the update cannot overwrite what somebody else changed meanwhile. Meta data that was not touched stays out. Nil
// means that nothing differs.
//
// Lists whose entries have ids (meta_data, line_items, shipping_lines, fee_lines) are sent as their changed entries,
// and removed entries in the form by which WooCommerce deletes them. coupon_lines are sent whole and without ids, as
// WooCommerce asks for. Other lists are sent whole.
//
// T is a record type. Make after with Clone: a copied struct shares its lists with the original.
func Changes[T any](before, after *T) ([]byte, error) {
	a, err := writeRecord(before)
	if err != nil {
		return nil, err
	}
	b, err := writeRecord(after)
	if err != nil {
		return nil, err
	}
	return difference.Between(a, b), nil
}

// Clone makes a copy of a record that shares nothing with it.
func Clone[T any](record *T) (*T, error) {
	raw, err := writeRecord(record)
	if err != nil {
		return nil, err
	}
	out := new(T)
	if err := readRecord(raw, out); err != nil {
		return nil, err
	}
	return out, nil
}
