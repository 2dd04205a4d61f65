package follow

import (
	"bytes"
	"strings"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// LinesTouched returns a mark for the orders with a product or a variation when something changed that order lines show
// of it. The mark is of the resource OrderLines with the product as its parent. The empty reading stands for a missing
// product. A new product is in no order yet.
func LinesTouched(before, after *reading.Reading) []storage.Mark {
	if before.ID == 0 || after.ID != 0 && reading.SameFace(before, after) {
		return nil
	}
	return []storage.Mark{
		{Resource: storage.OrderLines, ParentID: before.ID, Reason: "a product of theirs is gone or looks different"},
	}
}

// IsVariable says whether products of a type name their variations: "variable", and the types that plugins derive from
// it.
func IsVariable(kind string) bool { return strings.HasPrefix(kind, "variable") }

// TermsTouched returns marks for the term lists whose counts follow from a product's change. The empty reading stands
// for a missing product.
func TermsTouched(before, after *reading.Reading) []storage.Mark {
	counted, counts := before.Status == published, after.Status == published
	if !counted && !counts {
		return nil // drafts and products in the trash are not counted
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
