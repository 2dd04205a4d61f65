package catalogue

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// rightsHolder is the person who reads. Some members of a product depend on what that person may do.
type rightsHolder interface{ Can(capability string) bool }

// reader is the person a record is shown to, and the context: "view", or "edit" for the answers to writes.
type reader struct {
	rightsHolder
	id   int64
	edit bool
	view core.View
	// imageSize is the size of pictures that is asked for.
	imageSize string
}

func (s *Store) readerOf(r *rest.Request, edit bool) reader {
	reader := reader{rightsHolder: r, edit: edit, view: s.ViewOf(r), imageSize: fullSize}
	if s.Has(core.ImageSize) {
		reader.imageSize = imageSizeOf(r)
	}
	if r.Caller != nil {
		reader.id = r.Caller.ID
	}
	return reader
}

// mayEditProduct asks what WordPress asks for "edit this post".
func (s *Store) mayEditProduct(viewer rightsHolder, p *Product) bool {
	record := capability.Record{Status: p.Status}
	if reader, ok := viewer.(reader); ok {
		record.Own = reader.id != 0 && reader.id == p.Author
	}
	resource := capability.Products
	if p.IsVariation() {
		resource = capability.Variations
	}
	operation := capability.Operation{Resource: resource, Action: capability.Update}
	for _, check := range s.Site().Checks(capability.Caller{}, operation, record) {
		if !check.After && !check.PassedBy(viewer.Can) {
			return false
		}
	}
	return true
}
