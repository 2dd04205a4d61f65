package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/storage"
)

// terms are what a product says of the categories, tags, shipping class and
// attributes it is filed under, and whether they count it.
//
// Both sides depend on each other, and neither shows that in a date: a term
// counts its published products, and a product repeats the names of its
// terms. So a product that comes, goes or is filed elsewhere makes the lists
// of its terms stale (termsTouched), and a term that is renamed or deleted
// makes the products under it stale (productsUnder).
type terms struct {
	categories, tags, attributes, class json.RawMessage
	// counted decides whether terms count the product at all: its visibility
	// in the catalogue and, in shops that hide what is sold out, its stock.
	counted [2]json.RawMessage
}

// read takes a product's member if it is one of them.
func (t *terms) read(m jsonvalue.Member) {
	switch string(m.Name) {
	case "categories":
		t.categories = m.Value
	case "tags":
		t.tags = m.Value
	case "attributes":
		t.attributes = m.Value
	case "shipping_class_id":
		t.class = m.Value
	case "catalog_visibility":
		t.counted[0] = m.Value
	case "stock_status":
		t.counted[1] = m.Value
	}
}

// termsTouched marks the lists whose counts follow from a product's change.
// The empty reading stands for a product that is not there.
func termsTouched(before, after *reading) []storage.Mark {
	counted, counts := before.Status == published, after.Status == published
	if !counted && !counts {
		return nil // drafts and what lies in the trash count nowhere
	}
	filedAnew := counted != counts ||
		!bytes.Equal(before.terms.counted[0], after.terms.counted[0]) || !bytes.Equal(before.terms.counted[1], after.terms.counted[1])
	var marks []storage.Mark
	// touch marks a list that has one of the ids, unless nothing changed.
	touch := func(resource storage.Resource, parent int64, was, is []int64) {
		if len(was)+len(is) > 0 && (filedAnew || !sameIDs(was, is)) {
			marks = append(marks, storage.Mark{Resource: resource, ParentID: parent, Reason: "a product in it changed"})
		}
	}
	was, is := &before.terms, &after.terms
	touch(storage.Categories, 0, idsIn(was.categories, "id"), idsIn(is.categories, "id"))
	touch(storage.Tags, 0, idsIn(was.tags, "id"), idsIn(is.tags, "id"))
	touch(storage.ShippingClasses, 0, classOf(was.class), classOf(is.class))
	for _, attribute := range attributesOf(was, is) {
		if filedAnew || !bytes.Equal(optionsOf(was, attribute), optionsOf(is, attribute)) {
			marks = append(marks, storage.Mark{Resource: storage.AttributeTerms, ParentID: attribute, Reason: "a product with it changed"})
		}
	}
	return marks
}

// published is the status of the products that terms count.
const published = "publish"

func sameIDs(a, b []int64) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func classOf(value json.RawMessage) []int64 {
	if id, ok := jsonvalue.Int(value); ok && id != 0 {
		return []int64{id}
	}
	return nil
}

// attributesOf are the attributes with terms of their own that either names;
// those written into a product alone have no id.
func attributesOf(a, b *terms) []int64 {
	ids := append(idsIn(a.attributes, "id"), idsIn(b.attributes, "id")...)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// optionsOf are the terms of an attribute that a product has, as written.
func optionsOf(t *terms, attribute int64) json.RawMessage {
	for element, err := range jsonvalue.Elements(t.attributes) {
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

// staleLists reads the lists of terms that changes of products marked. Each is
// read once a step at most: what changes meanwhile waits for the next.
func (s *step) staleLists(ctx context.Context) error {
	if err := s.flushed(); err != nil {
		return err
	}
	waiting, err := s.mirror.repo.MarkCounts(ctx, s.storeID)
	if err != nil {
		return err
	}
	for _, resource := range countingLists {
		if waiting[resource] == 0 {
			continue
		}
		marks, err := s.mirror.repo.Marks(ctx, s.storeID, resource, s.now(), rereadAtOnce)
		if err != nil {
			return err
		}
		for _, m := range marks {
			if err := s.staleList(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// countingLists are the resources whose lists count products.
var countingLists = []storage.Resource{storage.Categories, storage.Tags, storage.ShippingClasses, storage.AttributeTerms}

// staleList reads the list a mark stands for.
//
// Failure policy: a list that cannot be read now is read on its own schedule
// all the same, so a refusal costs freshness and loses nothing.
func (s *step) staleList(ctx context.Context, m storage.Mark) error {
	l := listOf(m)
	if l != nil {
		if m.ID != 0 {
			// A term we changed ourselves: the list will not show that.
			marks, err := s.productsUnder(ctx, l, map[int64]bool{m.ID: true})
			if err != nil {
				return err
			}
			if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
				return err
			}
		}
		s.tally.begin(m.Resource, TaskList, 0, 0)
		err := s.readList(ctx, l)
		if err != nil && !noRoute(err) && !gone(err) && !denied(err) {
			return err
		}
	}
	return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
}

// listOf is the list of terms a mark stands for.
func listOf(m storage.Mark) *list {
	if m.Resource == storage.AttributeTerms {
		return attributeTerms(m.ParentID)
	}
	for _, l := range lists() {
		if l.resource == m.Resource {
			return l
		}
	}
	return nil
}

// productsUnder marks the products that repeat a term whose name changed or
// that is gone. Counts change with the products themselves and are not
// repeated there.
func (s *step) productsUnder(ctx context.Context, l *list, changed map[int64]bool) ([]storage.Mark, error) {
	if len(changed) == 0 || !slices.Contains(namedByProducts, l.resource) {
		return nil, nil
	}
	var marks []storage.Mark
	q := storage.Query{StoreID: s.storeID, Resource: storage.Products, WithTrash: true}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		r, err := read(storage.Products, held.Raw)
		if err != nil || !slices.ContainsFunc(r.terms.under(l), func(id int64) bool { return changed[id] }) {
			continue
		}
		marks = append(marks, storage.Mark{Resource: storage.Products, ID: r.ID, Reason: "a term of it changed"})
		if l.resource == storage.Attributes || l.resource == storage.AttributeTerms {
			marks = append(marks, storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a term of it changed"})
		}
	}
	return marks, nil
}

// namedByProducts are the resources whose names products repeat.
var namedByProducts = append([]storage.Resource{storage.Attributes}, countingLists...)

// under are the ids under which a product is filed in a list. A product names
// the terms of attributes by their names only, so their list counts as one.
func (t *terms) under(l *list) []int64 {
	switch l.resource {
	case storage.Categories:
		return idsIn(t.categories, "id")
	case storage.Tags:
		return idsIn(t.tags, "id")
	case storage.ShippingClasses:
		return classOf(t.class)
	case storage.Attributes:
		return idsIn(t.attributes, "id")
	case storage.AttributeTerms:
		return idsIn(t.attributes, "id")
	}
	return nil
}

// renamed says whether a term bears another name than before, as products
// repeat it.
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
