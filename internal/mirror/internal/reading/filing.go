package reading

import (
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Terms are the categories, tags, shipping class and attributes of a product, and whether those terms count the
// product.
//
// A term counts its published products, and a product repeats the names of its terms; no date shows such a change. A
// product that comes, goes or gets other terms therefore makes the lists of its terms stale. A term that is renamed or
// deleted makes its products stale.
type Terms struct {
	Categories, Tags, Attributes, Class json.RawMessage
	// Counted decides whether terms count the product: its visibility in the catalogue and, in shops that hide sold-out
	// products, its stock.
	Counted [2]json.RawMessage
}

// read stores a member of the product if the member belongs to its terms.
func (t *Terms) read(m jsonvalue.Member) {
	switch string(m.Name) {
	case "categories":
		t.Categories = m.Value
	case "tags":
		t.Tags = m.Value
	case "attributes":
		t.Attributes = m.Value
	case "shipping_class_id":
		t.Class = m.Value
	case "catalog_visibility":
		t.Counted[0] = m.Value
	case "stock_status":
		t.Counted[1] = m.Value
	}
}

// Varies says whether a product has an attribute for variations.
func (t *Terms) Varies() bool {
	for element, err := range jsonvalue.Elements(t.Attributes) {
		if err != nil {
			return false
		}
		for m, err := range jsonvalue.Members(element) {
			if err == nil && string(m.Name) == "variation" && string(m.Value) == "true" {
				return true
			}
		}
	}
	return false
}

// SameIDs says whether two lists hold the same ids. It sorts both lists.
func SameIDs(a, b []int64) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// ClassOf returns the id of the shipping class that a record names, as a list of none or one.
func ClassOf(value json.RawMessage) []int64 {
	if id, ok := jsonvalue.Int(value); ok && id != 0 {
		return []int64{id}
	}
	return nil
}

// AttributesOf returns the ids of the global attributes that either product names. An attribute of one product alone
// has no id.
func AttributesOf(a, b *Terms) []int64 {
	ids := append(IDsIn(a.Attributes, "id"), IDsIn(b.Attributes, "id")...)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// OptionsOf returns the product's terms of an attribute, as the product writes them.
func OptionsOf(t *Terms, attribute int64) json.RawMessage {
	for element, err := range jsonvalue.Elements(t.Attributes) {
		if err != nil {
			return nil
		}
		var id int64
		var options json.RawMessage
		for m, err := range jsonvalue.Members(element) {
			if err != nil {
				return nil
			}
			switch string(m.Name) {
			case "id":
				id, _ = jsonvalue.Int(m.Value)
			case "options":
				options = m.Value
			}
		}
		if id == attribute {
			return options
		}
	}
	return nil
}
