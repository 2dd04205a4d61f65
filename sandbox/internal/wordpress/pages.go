package wordpress

import (
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// installed are the pages that WordPress and WooCommerce make at installation, the newest first, with their measured
// ids.
var installed = []struct {
	id          int64
	slug, title string
}{{8, "my-account", "My account"}, {7, "checkout", "Checkout"}, {6, "cart", "Cart"}, {5, "shop", "Shop"}, {2, "sample-page", "Sample Page"}}

// pages lists the pages without their contents. The links to further pages of the list repeat the arguments of the
// request.
func pages(r *rest.Request) (*rest.Response, error) {
	size, at := int(r.Int("per_page")), max(int(r.Int("page")), 1)
	if size < 1 {
		size = 10
	}
	total := rest.Pages(len(installed), size)
	if at > total {
		return nil, rest.Errorf(
			400, "rest_post_invalid_page_number",
			"The page number requested is larger than the number of pages available.",
		)
	}
	list := rest.List{}
	for _, p := range installed[(at-1)*size : min(at*size, len(installed))] {
		list = append(list, rest.Item{Data: rest.NewObject(
			"id", p.id, "slug", p.slug, "status", "publish", "type", "page", "link", r.Base+"/"+p.slug+"/", "title",
			rest.NewObject("rendered", p.title),
			"author", int64(1), "parent", int64(0), "menu_order", int64(0), "comment_status", "closed", "template", "",
		), Links: []rest.Link{{Rel: "self", Href: r.RESTURL("/wp/v2/pages/" + strconv.FormatInt(p.id, 10))}, {Rel: "collection", Href: r.RESTURL("/wp/v2/pages")}}})
	}
	response := &rest.Response{Body: list}
	rest.Paginate(r, response, "/wp/v2/pages", len(installed), total)
	return response, nil
}
