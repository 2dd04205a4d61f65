package reading

import (
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Terms are what a product says of the categories, tags, shipping class and attributes it is filed under, and whether
// they count it.
//
// Both sides depend on each other, and neither shows that in a date: a term counts its published products, and a
// product repeats the names of its terms. So a product that comes, goes or is filed elsewhere makes the lists of its
// terms stale, and a term that is renamed or deleted makes the products filed under it stale.
type Terms struct {
	Categories, Tags, Attributes, Class json.RawMessage
	// Counted decides whether terms count the product at all: its visibility in the catalogue and, in shops that hide
	// what is sold out, its stock.
	Counted [2]json.RawMessage
}

// read takes a member of the product if it is part of its terms.
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

// Varies says whether a product has an attribute that variations differ in.
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

// SameIDs reports whether two lists hold the same ids; it sorts both.
func SameIDs(a, b []int64) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// ClassOf is the id of a class that a record names, as a list of none or one.
func ClassOf(value json.RawMessage) []int64 {
	if id, ok := jsonvalue.Int(value); ok && id != 0 {
		return []int64{id}
	}
	return nil
}

// AttributesOf are the global attributes that either product names. An attribute that is written into one product alone
// has no id.
func AttributesOf(a, b *Terms) []int64 {
	ids := append(IDsIn(a.Attributes, "id"), IDsIn(b.Attributes, "id")...)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// OptionsOf are the terms of an attribute that a product has, as the product writes them.
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
