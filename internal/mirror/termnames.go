package mirror

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// productsUnder returns marks for the products that repeat a term whose name changed or that is gone. A term's count
// needs no mark: it changes with the products, which do not repeat it.
func (s listing) productsUnder(ctx context.Context, l *roster.List, changed map[int64]bool) ([]storage.Mark, error) {
	if len(changed) == 0 || !slices.Contains(namedByProducts, l.Resource) {
		return nil, nil
	}
	var marks []storage.Mark
	q := storage.Query{StoreID: s.StoreID, Resource: storage.Products, WithTrash: true}
	for held, err := range s.repo.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		r, err := reading.Of(storage.Products, held.Raw)
		if err != nil || !slices.ContainsFunc(filedUnder(&r.Terms, l), func(id int64) bool { return changed[id] }) {
			continue
		}
		marks = append(marks, storage.Mark{Resource: storage.Products, ID: r.ID, Reason: "a term of it changed"})
		if l.Resource == storage.Attributes || l.Resource == storage.AttributeTerms {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a term of it changed"})
		}
	}
	return marks, nil
}

// namedByProducts are the resources whose names products repeat.
var namedByProducts = append([]storage.Resource{storage.Attributes}, countingLists...)

// filedUnder returns the ids in a list that a product names. A product names the terms of an attribute by name only, so
// a whole list of terms counts as the attribute's id.
func filedUnder(t *reading.Terms, l *roster.List) []int64 {
	switch l.Resource {
	case storage.Categories:
		return reading.IDsIn(t.Categories, "id")
	case storage.Tags:
		return reading.IDsIn(t.Tags, "id")
	case storage.ShippingClasses:
		return reading.ClassOf(t.Class)
	case storage.Attributes:
		return reading.IDsIn(t.Attributes, "id")
	case storage.AttributeTerms:
		return reading.IDsIn(t.Attributes, "id")
	}
	return nil
}

// renamed says whether the part of a term changed that products repeat.
func renamed(before, now json.RawMessage) bool {
	return !slices.Equal(namesOf(before), namesOf(now))
}

func namesOf(term json.RawMessage) []string {
	names := make([]string, 2)
	for m, err := range jsonvalue.Members(term) {
		if err != nil {
			break
		}
		switch string(m.Name) {
		case "name":
			names[0] = jsonvalue.Text(m.Value)
		case "slug":
			names[1] = jsonvalue.Text(m.Value)
		}
	}
	return names
}

// countingLists are the resources whose records count products.
var countingLists = []storage.Resource{
	storage.Categories,
	storage.Tags,
	storage.ShippingClasses,
	storage.AttributeTerms,
}
