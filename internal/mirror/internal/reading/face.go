package reading

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// Face is what the lines of orders and refunds repeat of a product or a variation. WooCommerce stores none of that with
// the order, and looks the product up whenever it shows the order. The SKU, the picture and the title on an old line
// are therefore those of today. A product that was deleted for good leaves null, 0 and "", also for its id (measured on
// 9.9 and 10.0.2, order tables). The dates of the orders stay what they were.
type Face struct {
	sku, title, images, image json.RawMessage
}

// read stores a member of the record if the member is part of the face.
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

// picture returns the first picture as its id and address.
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

// SameFace says whether order lines show the same for two readings of a product. Only a line with a variation shows a
// title, which is that of the variable product.
func SameFace(a, b *Reading) bool {
	id, address := a.Face.picture()
	otherID, otherAddress := b.Face.picture()
	titled := strings.HasPrefix(a.Kind, "variable") || strings.HasPrefix(b.Kind, "variable")
	return bytes.Equal(a.Face.sku, b.Face.sku) && id == otherID && address == otherAddress &&
		(!titled || bytes.Equal(a.Face.title, b.Face.title))
}
