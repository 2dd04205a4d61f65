package reading

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Face is what the lines of orders and refunds repeat of a product or a variation. WooCommerce keeps none of it with
// the order: it looks the product up whenever it shows one. So the SKU, the picture and the title on a line of years
// ago are those of today, and a product that was deleted for good leaves null, 0 and "" behind, its id included
// (measured on 9.9 and 10.0.2, order tables). The dates of the orders stay what they were.
type Face struct {
	sku, title, images, image json.RawMessage
}

// read takes a member of the record if it is part of the face.
func (f *Face) read(m jsonvalue.Member) {
	switch string(m.Name) {
	case "sku":
		f.sku = m.Value
	case "name":
		f.title = m.Value
	case "images":
		f.images = m.Value
	case "image":
		f.image = m.Value
	}
}

// picture is the first picture, as id and address.
func (f *Face) picture() (id int64, address string) {
	first := f.image
	for image, err := range jsonvalue.Elements(f.images) {
		if err == nil {
			first = image
		}
		break
	}
	for m, err := range jsonvalue.Members(first) {
		if err != nil {
			break
		}
		switch string(m.Name) {
		case "id":
			id, _ = jsonvalue.Int(m.Value)
		case "src":
			address = jsonvalue.Text(m.Value)
		}
	}
	return id, address
}

// SameFace says whether lines show the same of two readings. Only a line with a variation shows a title, that of the
// variable product above the variation.
func SameFace(a, b *Reading) bool {
	id, address := a.Face.picture()
	otherID, otherAddress := b.Face.picture()
	titled := strings.HasPrefix(a.Kind, "variable") || strings.HasPrefix(b.Kind, "variable")
	return bytes.Equal(a.Face.sku, b.Face.sku) && id == otherID && address == otherAddress &&
		(!titled || bytes.Equal(a.Face.title, b.Face.title))
}
