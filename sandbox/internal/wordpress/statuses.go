package wordpress

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// statuses lists what strangers see: of the statuses of posts only those that are registered as public (measured on
// WordPress 6.8.2 and 7.1). WooCommerce's own are not.
func (w *routes) statuses(r *rest.Request) (*rest.Response, error) {
	list := rest.NewObject()
	add := func(name, label, archive string) {
		list.Set(name, rest.NewObject("name", label, "public", true, "queryable", true, "slug", name, "date_floating", false,
			"_links", rest.NewObject("archives", rest.List{rest.NewObject("href", archive)})))
	}
	posts := r.RESTURL("/wp/v2/posts")
	add("publish", "Published", posts)
	w.site.EachPublicStatus(func(name, label string) { add(name, label, posts+"?status="+name) })
	return &rest.Response{Body: list}, nil
}
