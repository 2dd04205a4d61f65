package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// termsTouched marks the lists whose counts follow from a product's change. The empty reading stands for a product that
// is not there.
func termsTouched(before, after *reading.Reading) []storage.Mark {
	counted, counts := before.Status == published, after.Status == published
	if !counted && !counts {
		return nil // drafts and what lies in the trash count nowhere
	}
	filedAnew := counted != counts ||
		!bytes.Equal(
			before.Terms.Counted[0],
			after.Terms.Counted[0],
		) || !bytes.Equal(before.Terms.Counted[1], after.Terms.Counted[1])
	var marks []storage.Mark
	// touch marks a list that has one of the ids, unless nothing changed.
	touch := func(resource storage.Resource, parent int64, was, is []int64) {
		if len(was)+len(is) > 0 && (filedAnew || !reading.SameIDs(was, is)) {
			marks = append(marks, storage.Mark{Resource: resource, ParentID: parent, Reason: "a product in it changed"})
		}
	}
	was, is := &before.Terms, &after.Terms
	touch(storage.Categories, 0, reading.IDsIn(was.Categories, "id"), reading.IDsIn(is.Categories, "id"))
	touch(storage.Tags, 0, reading.IDsIn(was.Tags, "id"), reading.IDsIn(is.Tags, "id"))
	touch(storage.ShippingClasses, 0, reading.ClassOf(was.Class), reading.ClassOf(is.Class))
	for _, attribute := range reading.AttributesOf(was, is) {
		if filedAnew || !bytes.Equal(reading.OptionsOf(was, attribute), reading.OptionsOf(is, attribute)) {
			marks = append(marks, storage.Mark{
				Resource: storage.AttributeTerms, ParentID: attribute, Reason: "a product with it changed",
			})
		}
	}
	return marks
}

// published is the status of the products that terms count.
const published = "publish"

// readStale reads the lists of terms that changes of products marked. Each is read once a step at most: what changes
// meanwhile waits for the next.
func (s listing) readStale(ctx context.Context) error {
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
			if err := s.readStaleOne(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// countingLists are the resources whose lists count products.
var countingLists = []storage.Resource{
	storage.Categories,
	storage.Tags,
	storage.ShippingClasses,
	storage.AttributeTerms,
}

// readStaleOne reads the list a mark stands for.
//
// Failure policy: a list that cannot be read now is read on its own schedule all the same, so a refusal costs freshness
// and loses nothing.
func (s listing) readStaleOne(ctx context.Context, m storage.Mark) error {
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
		err := s.read(ctx, l)
		if err != nil && !ask.NoRoute(err) && !ask.Gone(err) && !ask.Denied(err) {
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

// productsUnder marks the products that repeat a term whose name changed or that is gone. Counts change with the
// products themselves and are not repeated there.
func (s listing) productsUnder(ctx context.Context, l *list, changed map[int64]bool) ([]storage.Mark, error) {
	if len(changed) == 0 || !slices.Contains(namedByProducts, l.resource) {
		return nil, nil
	}
	var marks []storage.Mark
	q := storage.Query{StoreID: s.storeID, Resource: storage.Products, WithTrash: true}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		r, err := reading.Of(storage.Products, held.Raw)
		if err != nil || !slices.ContainsFunc(filedUnder(&r.Terms, l), func(id int64) bool { return changed[id] }) {
			continue
		}
		marks = append(marks, storage.Mark{Resource: storage.Products, ID: r.ID, Reason: "a term of it changed"})
		if l.resource == storage.Attributes || l.resource == storage.AttributeTerms {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a term of it changed"})
		}
	}
	return marks, nil
}

// namedByProducts are the resources whose names products repeat.
var namedByProducts = append([]storage.Resource{storage.Attributes}, countingLists...)

// filedUnder are the ids under which a product is filed in a list. A product names the terms of attributes by their
// names only, so their list counts as one.
func filedUnder(t *reading.Terms, l *list) []int64 {
	switch l.resource {
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

// renamed says whether a term bears another name than before, as products repeat it.
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
