package legacy

import "github.com/waybillhq/waybill/sandbox/internal/rest"

var (
	imageMembers = []string{
		"id", "date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "src", "name", "alt",
	}
	// wc/v1 has no GMT dates.
	version1ImageMembers = []string{"id", "date_created", "date_modified", "src", "name", "alt"}
)

// setImages gives a product's images the members of an older version and their position. A product without images shows
// WooCommerce's placeholder (recordings leg-v1-products, leg-v2-products).
func (v versions) setImages(r *rest.Request, record *rest.Object, members []string) {
	images, ok := record.Get("images")
	if !ok {
		return
	}
	list := rest.Elements(images)
	if len(list) == 0 {
		list = rest.List{v.placeholder(r)}
	}
	older := rest.List{}
	for i, e := range list {
		image, ok := e.(*rest.Object)
		if !ok {
			continue
		}
		shown := &rest.Object{}
		for _, name := range members {
			if value, ok := image.Get(name); ok {
				shown.Set(name, value)
			}
		}
		shown.Set("position", int64(i))
		older = append(older, shown)
	}
	record.Set("images", older)
}

func (v versions) placeholder(r *rest.Request) *rest.Object {
	const form = "2006-01-02T15:04:05"
	local, gmt := r.Now.In(v.store.Zone()).Format(form), r.Now.UTC().Format(form)
	return rest.NewObject("id", int64(0), "date_created", local, "date_created_gmt", gmt, "date_modified", local,
		"date_modified_gmt", gmt, "src", r.Base+"/wp-content/uploads/woocommerce-placeholder.webp",
		"name", "Placeholder", "alt", "Placeholder")
}
