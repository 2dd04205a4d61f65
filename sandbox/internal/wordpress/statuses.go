package wordpress

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// statuses lists the statuses of posts that strangers see: those registered as public (measured on WordPress 6.8.2 and
// 7.1). WooCommerce's own are not public.
func (w *routes) statuses(r *rest.Request) (*rest.Response, error) {
	list := rest.NewObject()
	// _fields also chooses among the members of each status (measured). It does not affect the links.
	wanted := strings.FieldsFunc(r.Text("_fields"), func(c rune) bool { return c == ',' || c == ' ' })
	add := func(name, label, archive string) {
		status := rest.NewObject()
		for _, member := range []struct {
			name  string
			value rest.Value
		}{{"name", label}, {"public", true}, {"queryable", true}, {"slug", name}, {"date_floating", false}} {
			if len(wanted) == 0 || slices.Contains(wanted, member.name) {
				status.Set(member.name, member.value)
			}
		}
		status.Set("_links", rest.NewObject("archives", rest.List{rest.NewObject("href", archive)}))
		list.Set(name, status)
	}
	posts := r.RESTURL("/wp/v2/posts")
	add("publish", "Published", posts)
	w.site.EachPublicStatus(func(name, label string) { add(name, label, posts+"?status="+name) })
	return &rest.Response{Body: list}, nil
}
